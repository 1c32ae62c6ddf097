using System.IO.Hashing;

namespace Freshet.Features.Keys;

/// <summary>64-bit hashes of texts and tuples: the keys of all state. A collision among 10⁷ keys has a chance of 3·10⁻⁶.</summary>
/// <remarks>Saved state holds these hashes: changing one needs a new format version.</remarks>
internal static class KeyHash
{
    /// <summary>XxHash3 of a UTF-8 text; 0 for an empty one.</summary>
    public static ulong Of(ReadOnlySpan<byte> text) => text.IsEmpty ? 0 : XxHash3.HashToUInt64(text);

    /// <summary>A tuple's hash so far, extended by the hash of its next value; order matters.</summary>
    public static ulong Combine(ulong tuple, ulong value)
    {
        // The finaliser of MurmurHash3 over a·K + b: a bijection in b, uniform in the low bits that tables use.
        ulong h = unchecked((tuple * 0x9E3779B97F4A7C15UL) + value);
        h ^= h >> 33;
        h = unchecked(h * 0xFF51AFD7ED558CCDUL);
        h ^= h >> 33;
        h = unchecked(h * 0xC4CEB9FE1A85EC53UL);
        return h ^ (h >> 33);
    }
}
