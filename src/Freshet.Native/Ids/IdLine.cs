using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Freshet.Native.Ids;

/// <summary>One cache line of <see cref="IdIndex"/>: five ids and their numbers.</summary>
/// <remarks>
/// <code>
/// bytes  0 .. 39   five 64-bit ids
/// bytes 40 .. 59   five 32-bit numbers + 1; 0: the place is empty. Places fill from the first on
/// bytes 60 .. 63   32 bits: which ids had to go on to the next line, each as one bit chosen by its hash
/// </code>
/// In memory only: files have another form.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal unsafe struct IdLine
{
    /// <summary>Ids in a line.</summary>
    public const int Places = 5;

    public fixed ulong Ids[Places];
    public fixed int Numbers[Places];
    public int WentOn;

    /// <summary>
    /// The bit of an id in <see cref="WentOn"/>: of those whose bit is not set, none has gone on. So the search for an id that is
    /// nowhere mostly ends in its first line, however full that is.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Bit(ulong hash) => 1 << (int)(hash >> 24);

    /// <summary>The first place whose id is <paramref name="id"/>, empty ones too (they hold 0); -1 if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PlaceOf(IdLine* line, ulong id)
    {
        uint equal;
        if (Vector512.IsHardwareAccelerated)
        {
            // The whole line at once; what is no id is masked out.
            equal = (uint)Vector512.Equals(Vector512.Load(line->Ids), Vector512.Create(id)).ExtractMostSignificantBits() & 0x1F;
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            equal = Vector256.Equals(Vector256.Load(line->Ids), Vector256.Create(id)).ExtractMostSignificantBits()
                | (line->Ids[4] == id ? 0x10u : 0);
        }
        else
        {
            equal = (line->Ids[0] == id ? 1u : 0) | (line->Ids[1] == id ? 2u : 0) | (line->Ids[2] == id ? 4u : 0)
                | (line->Ids[3] == id ? 8u : 0) | (line->Ids[4] == id ? 16u : 0);
        }

        return equal == 0 ? -1 : BitOperations.TrailingZeroCount(equal);
    }
}
