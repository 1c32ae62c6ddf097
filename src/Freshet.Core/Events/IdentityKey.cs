using System.IO.Hashing;

namespace Freshet.Core.Events;

/// <summary>
/// An impression identity (user, request, item) as 128 bits: one feature snapshot, scored once.
/// </summary>
/// <remarks>
/// XxHash128 over the three ids, each with its length in front, so that no two triples have the same bytes. At 10⁹
/// identities the chance of any collision is about 10⁻²¹.
/// </remarks>
public readonly record struct IdentityKey(ulong High, ulong Low)
{
    /// <summary>The identity of <paramref name="behaviourEvent"/>; meaningless where it lacks one of the three ids.</summary>
    public static IdentityKey Of(BehaviourEvent behaviourEvent)
    {
        ArgumentNullException.ThrowIfNull(behaviourEvent);
        ReadOnlySpan<byte> user = behaviourEvent.UserId, request = behaviourEvent.RequestId, item = behaviourEvent.ItemId;
        int length = user.Length + request.Length + item.Length + (2 * sizeof(int));
        Span<byte> bytes = length <= 512 ? stackalloc byte[512] : new byte[length];
        BitConverter.TryWriteBytes(bytes, user.Length);
        BitConverter.TryWriteBytes(bytes[4..], request.Length);
        user.CopyTo(bytes[8..]);
        request.CopyTo(bytes[(8 + user.Length)..]);
        item.CopyTo(bytes[(8 + user.Length + request.Length)..]);
        UInt128 hash = XxHash128.HashToUInt128(bytes[..length]);
        return new IdentityKey((ulong)(hash >> 64), (ulong)hash);
    }

    /// <summary>The low 32 bits: the hash is uniform as it is.</summary>
    public override int GetHashCode() => (int)Low;
}
