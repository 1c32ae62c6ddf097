using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Freshet.Kernels;

/// <summary>Transposition of a block of two panels, four rows by four columns at once.</summary>
internal static unsafe class PanelTranspose
{
    private const int Step = 4;

    /// <summary><c>to[k, n] = from[n, k]</c>.</summary>
    /// <param name="from">[<paramref name="columns"/> × <paramref name="rows"/>].</param>
    /// <param name="fromStride">Floats from row to row.</param>
    /// <param name="rows">Rows of the target.</param>
    /// <param name="to">[<paramref name="rows"/> × <paramref name="columns"/>].</param>
    /// <param name="toStride">Floats from row to row.</param>
    /// <param name="columns">Columns of the target.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(float* from, int fromStride, int rows, float* to, int toStride, int columns)
    {
        int k = 0;
        if (Sse.IsSupported || AdvSimd.Arm64.IsSupported)
        {
            for (; k <= rows - Step; k += Step)
            {
                int n = 0;
                for (; n <= columns - Step; n += Step)
                {
                    Square(from + (n * (nint)fromStride) + k, fromStride, to + (k * (nint)toStride) + n, toStride);
                }

                Scalar(from, fromStride, k, k + Step, to, toStride, n, columns);
            }
        }

        Scalar(from, fromStride, k, rows, to, toStride, 0, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square(float* from, int fromStride, float* to, int toStride)
    {
        Vector128<float> a = Vector128.Load(from), b = Vector128.Load(from + fromStride);
        Vector128<float> c = Vector128.Load(from + (2 * (nint)fromStride)), d = Vector128.Load(from + (3 * (nint)fromStride));
        Vector128<float> acLow = Low(a, c), acHigh = High(a, c), bdLow = Low(b, d), bdHigh = High(b, d);
        Low(acLow, bdLow).Store(to);
        High(acLow, bdLow).Store(to + toStride);
        Low(acHigh, bdHigh).Store(to + (2 * (nint)toStride));
        High(acHigh, bdHigh).Store(to + (3 * (nint)toStride));
    }

    // a0 b0 a1 b1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    // a2 b2 a3 b3
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    private static void Scalar(float* from, int fromStride, int firstRow, int endRow, float* to, int toStride, int firstColumn, int endColumn)
    {
        for (int n = firstColumn; n < endColumn; n++)
        {
            for (int k = firstRow; k < endRow; k++)
            {
                to[(k * (nint)toStride) + n] = from[(n * (nint)fromStride) + k];
            }
        }
    }
}
