using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Freshet.Kernels.Lanes;
using Freshet.Native;

namespace Freshet.Kernels;

/// <summary>One residual layer, <c>y = ReLU(W·x + b) + P·x</c>, with bias, activation and residual done while a tile is in the cache.</summary>
/// <remarks>
/// <para>
/// Where P is learned, a panel of the layer's matrix holds 16 columns of W and, beside them, the 16 columns of P of the same outputs: one
/// product gives both, and the end of a tile has all that its outputs need. Where P is the identity or missing, panels hold 32 columns of W.
/// </para>
/// <para>Source: He et al., CVPR 2016, https://arxiv.org/abs/1512.03385; Deep Crossing, KDD 2016, for the setting.</para>
/// </remarks>
public static class ResidualProduct
{
    private const int Half = PanelMatrix.Narrow;

    /// <summary>Columns of the matrix of a layer of <paramref name="outputs"/> units.</summary>
    public static int Columns(int outputs, bool projects) => PanelMatrix.RoundUp(outputs, PanelMatrix.Wide) * (projects ? 2 : 1);

    /// <summary>Column of W for output <paramref name="output"/>; that of P lies 16 further.</summary>
    public static int Column(int output, bool projects) => projects ? (output / Half * PanelMatrix.Wide) + (output % Half) : output;

    /// <summary><c>z = W·x + b;  y = max(z, 0) + residual</c>.</summary>
    /// <param name="input">x.</param>
    /// <param name="matrix">[K × Columns].</param>
    /// <param name="projects">Whether the matrix holds P beside W.</param>
    /// <param name="bias">[outputs, padded to 32], its padding 0.</param>
    /// <param name="residual">[M × outputs] the input itself where P is the identity; none else.</param>
    /// <param name="first">First row, a multiple of 8.</param>
    /// <param name="count">Rows.</param>
    /// <param name="z">[M × outputs], written for <see cref="Gate"/>; none where nothing will be learnt.</param>
    /// <param name="y">[M × outputs], written.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <remarks>A NaN in z adds 0 to y where P is there: the residual carries what is wrong, and the finite check finds it.</remarks>
    public static unsafe void Forward(
        in LayerInput input, in PanelMatrix matrix, bool projects, ReadOnlySpan<float> bias, in PanelMatrix residual, int first, int count,
        in PanelMatrix z, in PanelMatrix y)
    {
        Check(input, matrix, projects, bias.Length, first, count, y);
        float* tile = stackalloc float[PanelMatrix.RowStep * PanelMatrix.Wide];
        int step = projects ? Half : PanelMatrix.Wide;

        // SAFETY: Check saw that every tile lies in its matrices; outputs come in whole panels of 32, so 16 or 32 of them exist.
        fixed (float* biases = bias)
        {
            for (int panel = 0; panel < matrix.Panels; panel++)
            {
                int output = panel * step;
                for (int row = first; row < first + count; row += PanelMatrix.RowStep)
                {
                    Product(input, matrix, panel, row, tile);
                    nint at = ((nint)(output / PanelMatrix.Wide) * y.PanelLength) + ((nint)row * PanelMatrix.Wide) + (output % PanelMatrix.Wide);
                    float* pre = z.IsEmpty ? null : z.Pointer + at;
                    float* carried = projects ? tile + Half : residual.IsEmpty ? null : residual.Pointer + at;
                    Finish(tile, step, biases + output, carried, pre, y.Pointer + at);
                }
            }
        }
    }

    /// <summary>The gradient of the products: <c>z &gt; 0 ? dy : 0</c> for W and, where P is learned, dy beside it.</summary>
    /// <param name="z">[M × outputs] from <see cref="Forward"/>.</param>
    /// <param name="outputGradient">[M × outputs] dy.</param>
    /// <param name="projects">Whether the matrix holds P beside W.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="productGradient">[M × Columns], written.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static unsafe void Gate(
        in PanelMatrix z, in PanelMatrix outputGradient, bool projects, int first, int count, in PanelMatrix productGradient)
    {
        Requires.SameLength(z.Columns, outputGradient.Columns);
        Requires.SameLength(z.Stride, outputGradient.Stride, productGradient.Stride);
        Requires.SameLength(Columns(z.Columns, projects), productGradient.Columns);
        Requires.Room(z.Rows, first + (long)count);
        int step = projects ? Half : PanelMatrix.Wide;

        // SAFETY: rows [first, first + count) of panels that exist; all three matrices have the same stride.
        for (int panel = 0; panel < productGradient.Panels; panel++)
        {
            int output = panel * step;
            nint at = ((nint)(output / PanelMatrix.Wide) * z.PanelLength) + ((nint)first * PanelMatrix.Wide) + (output % PanelMatrix.Wide);
            float* target = productGradient.Pointer + ((nint)panel * productGradient.PanelLength) + ((nint)first * PanelMatrix.Wide);
            GateRows(z.Pointer + at, outputGradient.Pointer + at, target, count, step);
        }
    }

    /// <summary>Sums over rows of the gradient of W's products: the gradient of the biases of one panel.</summary>
    /// <param name="productGradient">[M × Columns] from <see cref="Gate"/>.</param>
    /// <param name="projects">Whether P stands beside W.</param>
    /// <param name="panel">Panel.</param>
    /// <param name="count">Rows that are summed, in order.</param>
    /// <param name="biasGradient">[outputs, padded to 32]; those of the panel are written.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void BiasGradient(in PanelMatrix productGradient, bool projects, int panel, int count, Span<float> biasGradient)
    {
        int step = projects ? Half : PanelMatrix.Wide;
        Span<float> sums = biasGradient.Slice(panel * step, step);
        sums.Clear();
        for (int row = 0; row < count; row++)
        {
            Vectors.Add(sums, productGradient.Row(row, panel * PanelMatrix.Wide, step));
        }
    }

    private static unsafe void Product(in LayerInput input, in PanelMatrix matrix, int panel, int row, float* tile)
    {
        float* right = matrix.Pointer + ((nint)panel * matrix.PanelLength);
        bool begun = !input.Begun.IsEmpty;
        if (begun)
        {
            float* from = input.Begun.Pointer + ((nint)panel * input.Begun.PanelLength);
            for (int i = 0; i < PanelMatrix.RowStep; i++)
            {
                // Padding rows, beyond the last of the map, repeat the last.
                int source = input.BegunRows[Math.Min(row + i, input.BegunRows.Length - 1)];
                new ReadOnlySpan<float>(from + ((nint)source * PanelMatrix.Wide), PanelMatrix.Wide)
                    .CopyTo(new Span<float>(tile + (i * PanelMatrix.Wide), PanelMatrix.Wide));
            }
        }
        else
        {
            PanelTile.Run(TileSource.Rows(input.First, row), right, PanelMatrix.Wide, false, tile, PanelMatrix.Wide);
        }

        if (!input.Second.IsEmpty)
        {
            right += (nint)input.SecondTop * PanelMatrix.Wide;
            PanelTile.Run(TileSource.Rows(input.Second, row), right, PanelMatrix.Wide, true, tile, PanelMatrix.Wide);
        }
    }

    private static unsafe void Finish(float* tile, int width, float* bias, float* residual, float* z, float* y)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Finish<Lanes512>(tile, width, bias, residual, z, y);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Finish<Lanes256>(tile, width, bias, residual, z, y);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Finish<Lanes128>(tile, width, bias, residual, z, y);
        }
        else
        {
            Finish<ScalarLane>(tile, width, bias, residual, z, y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Finish<TLanes>(float* tile, int width, float* bias, float* residual, float* z, float* y)
        where TLanes : struct, ILanes<TLanes>
    {
        for (int row = 0; row < PanelMatrix.RowStep; row++)
        {
            for (int column = 0; column < width; column += TLanes.Count)
            {
                nuint at = (nuint)((row * PanelMatrix.Wide) + column);
                TLanes pre = TLanes.Load(ref *tile, at) + TLanes.Load(ref *bias, (nuint)column);
                TLanes active = TLanes.WhereGreater(pre, TLanes.Create(0), pre);
                if (residual is not null)
                {
                    active += TLanes.Load(ref *residual, at);
                }

                active.Store(ref *y, at);
                if (z is not null)
                {
                    pre.Store(ref *z, at);
                }
            }
        }
    }

    private static unsafe void GateRows(float* z, float* gradient, float* target, int count, int step)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            GateRows<Lanes512>(z, gradient, target, count, step);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            GateRows<Lanes256>(z, gradient, target, count, step);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            GateRows<Lanes128>(z, gradient, target, count, step);
        }
        else
        {
            GateRows<ScalarLane>(z, gradient, target, count, step);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void GateRows<TLanes>(float* z, float* gradient, float* target, int count, int step)
        where TLanes : struct, ILanes<TLanes>
    {
        nuint end = (nuint)count * PanelMatrix.Wide;
        for (nuint row = 0; row < end; row += PanelMatrix.Wide)
        {
            for (nuint column = 0; column < (nuint)step; column += (nuint)TLanes.Count)
            {
                TLanes g = TLanes.Load(ref *gradient, row + column);
                TLanes.WhereGreater(TLanes.Load(ref *z, row + column), TLanes.Create(0), g).Store(ref *target, row + column);
                if (step == Half)
                {
                    g.Store(ref *target, row + column + Half);
                }
            }
        }
    }

    private static void Check(
        in LayerInput input, in PanelMatrix matrix, bool projects, int bias, int first, int count, in PanelMatrix y)
    {
        bool begun = !input.Begun.IsEmpty;
        Requires.SameLength(Columns(y.Columns, projects), matrix.Columns);
        Requires.Room(bias, PanelMatrix.RoundUp(y.Columns, PanelMatrix.Wide));
        Requires.Room(matrix.Rows, input.Second.IsEmpty ? input.First.Columns : input.SecondTop + (long)input.Second.Columns);
        PanelMatrix.RequireRows(first, count, y.Rows);
        Requires.Room(begun ? input.BegunRows.Length : input.First.Rows, first + (long)count);
        Requires.Room(input.Second.IsEmpty ? y.Rows : input.Second.Rows, first + (long)count);
        Requires.Room(begun ? input.Begun.Columns : matrix.Columns, matrix.Columns);
    }
}
