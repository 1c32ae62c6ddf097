using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Freshet.Kernels.Rows;

/// <summary><see cref="Vectors.Dot"/> of a short vector with itself: the same 16 virtual lanes, kept in registers.</summary>
internal static class SquareSum
{
    /// <summary><c>Σ values[i]²</c>; the same bits as <see cref="Vectors.Dot"/>.</summary>
    public static float Of(ReadOnlySpan<float> values)
    {
        Vector128<float> a = default, b = default, c = default, d = default; // lanes 0 to 3, 4 to 7, 8 to 11, 12 to 15
        ref float v = ref MemoryMarshal.GetReference(values);
        nuint i = 0, end = (uint)values.Length;

        // SAFETY: every load is at [i, i + Count) with i + Count <= end.
        for (; end - i >= 16; i += 16)
        {
            a = Add(Vector128.LoadUnsafe(ref v, i), a);
            b = Add(Vector128.LoadUnsafe(ref v, i + 4), b);
            c = Add(Vector128.LoadUnsafe(ref v, i + 8), c);
            d = Add(Vector128.LoadUnsafe(ref v, i + 12), d);
        }

        int rest = (int)(end - i);
        if (rest > 0)
        {
            a = Add(Rest(ref v, i, rest), a);
            b = Add(Rest(ref v, i + 4, rest - 4), b);
            c = Add(Rest(ref v, i + 8, rest - 8), c);
            d = Add(Rest(ref v, i + 12, rest - 12), d);
        }

        Vector128<float> four = (a + c) + (b + d);
        return (four.GetElement(0) + four.GetElement(2)) + (four.GetElement(1) + four.GetElement(3));
    }

    private static Vector128<float> Add(Vector128<float> value, Vector128<float> sum) => Vector128.FusedMultiplyAdd(value, value, sum);

    // A square of 0 leaves its lane as it is: lanes hold no negative zero.
    private static Vector128<float> Rest(ref float v, nuint i, int count) =>
        count >= 4 ? Vector128.LoadUnsafe(ref v, i)
        : count > 0 ? FewFloats.Load(ref Unsafe.Add(ref v, i), count)
        : default;
}
