using System.IO.Hashing;
using System.Text;

namespace Freshet.Core;

/// <summary>
/// The feature ids of one slot: XxHash3 (64 bits) of the UTF-8 bytes <c>slot=value</c>.
/// </summary>
/// <remarks>
/// Slots that share a table hash the table's name, so that the same value gets the same row. The id is stored in
/// samples and snapshots: changing the hash needs a new format version (docs/formats.md).
/// </remarks>
public sealed class FeatureHash
{
    private readonly byte[] _prefix;

    /// <summary>Ids of the table named <paramref name="table"/>.</summary>
    public FeatureHash(string table)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        _prefix = Encoding.UTF8.GetBytes(table + "=");
    }

    /// <summary>The id of one UTF-8 value; allocates nothing for values up to 400 bytes.</summary>
    public ulong Of(ReadOnlySpan<byte> value)
    {
        int length = _prefix.Length + value.Length;
        Span<byte> bytes = length <= 512 ? stackalloc byte[512] : new byte[length];
        _prefix.CopyTo(bytes);
        value.CopyTo(bytes[_prefix.Length..]);
        return XxHash3.HashToUInt64(bytes[..length]);
    }

    /// <summary>The id of one value.</summary>
    public ulong Of(string value) => Of(Encoding.UTF8.GetBytes(value));
}
