using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Freshet.Kernels.Lanes;
using Freshet.Native;

namespace Freshet.Kernels;

/// <summary>
/// The activation unit of a deep interest network, over one history and one target:
/// <c>a_l = zᵀ PReLU(W_e e_l + W_c e_c + W_x (e_l∘e_c) + b) + b_z</c>; and its gradient.
/// </summary>
/// <remarks>
/// The three products are made by <see cref="PanelProduct"/>; what is here lies between them. Items in order, every sum over hidden units or
/// dimensions on 16 lanes. Bit-identical on every CPU. Source: Zhou et al., KDD 2018, section 4.3, https://doi.org/10.1145/3219819.3219823.
/// </remarks>
public static class InterestUnit
{
    private const int Block = PanelMatrix.Narrow;

    /// <summary><c>products_l = e_l∘e_c</c>.</summary>
    /// <param name="rows">[rows × D] e.</param>
    /// <param name="first">Row of the first item.</param>
    /// <param name="target">[D, padded to the panels of the rows] e_c.</param>
    /// <param name="count">n items.</param>
    /// <param name="products">[rows × D], of the same panel width; written.</param>
    /// <param name="firstProduct">Row of the first item's product.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Products(
        in PanelMatrix rows, int first, ReadOnlySpan<float> target, int count, in PanelMatrix products, int firstProduct)
    {
        CheckRows(rows, first, target.Length, count, products, firstProduct);
        if (Vector512.IsHardwareAccelerated)
        {
            Products<Lanes512>(rows, first, target, count, products, firstProduct);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Products<Pair<Lanes256>>(rows, first, target, count, products, firstProduct);
        }
        else
        {
            Products<Pair<Pair<Lanes128>>>(rows, first, target, count, products, firstProduct);
        }
    }

    /// <summary><c>pre_l += projected_l + context;  a_l = zᵀ PReLU(pre_l) + offset</c>.</summary>
    /// <param name="projected">[rows × A] W_e·e, 16 columns a panel.</param>
    /// <param name="first">Row of the first item.</param>
    /// <param name="context">[A] W_c·e_c + b.</param>
    /// <param name="unit">z and the slopes.</param>
    /// <param name="offset">b_z.</param>
    /// <param name="pre">[rows × A] W_x·(e∘e_c), 16 columns a panel; the rest is added.</param>
    /// <param name="firstPre">Row of the first item there.</param>
    /// <param name="scores">[n] a, written.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Score(
        in PanelMatrix projected, int first, ReadOnlySpan<float> context, in InterestWeights unit, float offset, in PanelMatrix pre, int firstPre,
        Span<float> scores)
    {
        CheckUnits(pre, firstPre, scores.Length, unit);
        CheckUnits(projected, first, scores.Length, unit);
        Requires.SameLength(unit.Z.Length, context.Length);
        if (Vector512.IsHardwareAccelerated)
        {
            Score<Lanes512>(projected, first, context, unit, pre, firstPre, scores);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Score<Pair<Lanes256>>(projected, first, context, unit, pre, firstPre, scores);
        }
        else
        {
            Score<Pair<Pair<Lanes128>>>(projected, first, context, unit, pre, firstPre, scores);
        }

        foreach (ref float score in scores)
        {
            score += offset;
        }
    }

    /// <summary><c>da_l = dvᵀ e_l</c>, where v = Σ a_l e_l.</summary>
    /// <param name="rows">[rows × D] e.</param>
    /// <param name="first">Row of the first item.</param>
    /// <param name="pooledGradient">[D, padded to the panels of the rows] dv.</param>
    /// <param name="scoreGradients">[n] da, written.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void ScoreGradients(in PanelMatrix rows, int first, ReadOnlySpan<float> pooledGradient, Span<float> scoreGradients)
    {
        CheckRows(rows, first, pooledGradient.Length, scoreGradients.Length, rows, first);
        for (int l = 0; l < scoreGradients.Length; l++)
        {
            float dot = 0;
            for (int panel = 0; panel < rows.Panels; panel++)
            {
                dot += Vectors.Dot(rows.Panel(panel, first + l, 1), pooledGradient.Slice(panel * rows.Width, rows.Width));
            }

            scoreGradients[l] = dot;
        }
    }

    /// <summary>
    /// The gradient before the activation, <c>dpre_l = da_l·z∘PReLU'(pre_l)</c>, and its sum over the items, which is that of the context.
    /// </summary>
    /// <param name="pre">[rows × A] from <see cref="Score"/>.</param>
    /// <param name="first">Row of the first item.</param>
    /// <param name="unit">z and the slopes.</param>
    /// <param name="scoreGradients">[n] da.</param>
    /// <param name="preGradient">[rows × A], written at the same rows.</param>
    /// <param name="contextGradient">[A], written.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Backward(
        in PanelMatrix pre, int first, in InterestWeights unit, ReadOnlySpan<float> scoreGradients, in PanelMatrix preGradient,
        Span<float> contextGradient)
    {
        CheckUnits(pre, first, scoreGradients.Length, unit);
        CheckUnits(preGradient, first, scoreGradients.Length, unit);
        Requires.SameLength(unit.Z.Length, contextGradient.Length);
        if (Vector512.IsHardwareAccelerated)
        {
            Backward<Lanes512>(pre, first, unit, scoreGradients, preGradient, contextGradient);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Backward<Pair<Lanes256>>(pre, first, unit, scoreGradients, preGradient, contextGradient);
        }
        else
        {
            Backward<Pair<Pair<Lanes128>>>(pre, first, unit, scoreGradients, preGradient, contextGradient);
        }
    }

    /// <summary>
    /// From the gradient of the products to that of the rows, <c>gradient_l = a_l·dv + gradient_l∘e_c</c> in place, and to the target's,
    /// <c>Σ_l gradient_l∘e_l</c>.
    /// </summary>
    /// <param name="rows">[rows × D] e.</param>
    /// <param name="first">Row of the first item.</param>
    /// <param name="target">[D, padded to the panels of the rows] e_c.</param>
    /// <param name="weights">[n] a.</param>
    /// <param name="pooledGradient">[D, padded] dv.</param>
    /// <param name="gradient">[rows × D] of the products; becomes that of the rows.</param>
    /// <param name="firstGradient">Row of the first item there.</param>
    /// <param name="targetGradient">[D, padded], written; may be <paramref name="target"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void RowsBackward(
        in PanelMatrix rows, int first, ReadOnlySpan<float> target, ReadOnlySpan<float> weights, ReadOnlySpan<float> pooledGradient,
        in PanelMatrix gradient, int firstGradient, Span<float> targetGradient)
    {
        CheckRows(rows, first, target.Length, weights.Length, gradient, firstGradient);
        Requires.SameLength(target.Length, pooledGradient.Length, targetGradient.Length);
        if (Vector512.IsHardwareAccelerated)
        {
            RowsBackward<Lanes512>(rows, first, target, weights, pooledGradient, gradient, firstGradient, targetGradient);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            RowsBackward<Pair<Lanes256>>(rows, first, target, weights, pooledGradient, gradient, firstGradient, targetGradient);
        }
        else
        {
            RowsBackward<Pair<Pair<Lanes128>>>(rows, first, target, weights, pooledGradient, gradient, firstGradient, targetGradient);
        }
    }

    /// <summary>Gradients of z and of the slopes: <c>dz += Σ_l da_l·PReLU(pre_l);  dslope += Σ_l da_l·z∘min(pre_l, 0)</c>.</summary>
    /// <param name="pre">[rows × A] from <see cref="Score"/>.</param>
    /// <param name="first">Row of the first item.</param>
    /// <param name="unit">z and the slopes.</param>
    /// <param name="scoreGradients">[n] da.</param>
    /// <param name="zGradient">[A], added to.</param>
    /// <param name="slopeGradient">[A], added to.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void AddWeightGradients(
        in PanelMatrix pre, int first, in InterestWeights unit, ReadOnlySpan<float> scoreGradients, Span<float> zGradient,
        Span<float> slopeGradient)
    {
        CheckUnits(pre, first, scoreGradients.Length, unit);
        Requires.SameLength(unit.Z.Length, zGradient.Length, slopeGradient.Length);
        if (Vector512.IsHardwareAccelerated)
        {
            AddWeightGradients<Lanes512>(pre, first, unit, scoreGradients, zGradient, slopeGradient);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            AddWeightGradients<Pair<Lanes256>>(pre, first, unit, scoreGradients, zGradient, slopeGradient);
        }
        else
        {
            AddWeightGradients<Pair<Pair<Lanes128>>>(pre, first, unit, scoreGradients, zGradient, slopeGradient);
        }
    }

    // SAFETY (all five): the callers saw that rows and columns lie in their matrices and spans, that hidden units come in whole blocks of 16, and
    // that columns come in whole panels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Products<TLanes>(
        in PanelMatrix rows, int first, ReadOnlySpan<float> target, int count, in PanelMatrix products, int firstProduct)
        where TLanes : struct, ILanes<TLanes>
    {
        nint width = rows.Width;
        for (int column = 0; column < target.Length; column += Block)
        {
            float* row = At(rows, first, column), product = At(products, firstProduct, column);
            TLanes context = Of<TLanes>(target, column);
            for (int l = 0; l < count; l++, row += width, product += width)
            {
                (TLanes.Load(ref *row, 0) * context).Store(ref *product, 0);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Score<TLanes>(
        in PanelMatrix projected, int first, ReadOnlySpan<float> context, in InterestWeights unit, in PanelMatrix pre, int firstPre,
        Span<float> scores)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0);
        for (int column = 0; column < context.Length; column += Block)
        {
            float* item = At(projected, first, column), own = At(pre, firstPre, column);
            TLanes z = Of<TLanes>(unit.Z, column), slopes = Of<TLanes>(unit.Slopes, column), shared = Of<TLanes>(context, column);
            for (int l = 0; l < scores.Length; l++, item += Block, own += Block)
            {
                TLanes value = TLanes.Load(ref *own, 0) + (TLanes.Load(ref *item, 0) + shared);
                value.Store(ref *own, 0);
                float sum = (TLanes.Choose(value, zero, value, slopes * value) * z).Sum();
                scores[l] = column == 0 ? sum : scores[l] + sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Backward<TLanes>(
        in PanelMatrix pre, int first, in InterestWeights unit, ReadOnlySpan<float> scoreGradients, in PanelMatrix preGradient,
        Span<float> contextGradient)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0);
        for (int column = 0; column < contextGradient.Length; column += Block)
        {
            float* value = At(pre, first, column), target = At(preGradient, first, column);
            TLanes z = Of<TLanes>(unit.Z, column), below = z * Of<TLanes>(unit.Slopes, column), sum = default;
            for (int l = 0; l < scoreGradients.Length; l++, value += Block, target += Block)
            {
                TLanes slope = TLanes.Create(scoreGradients[l]) * TLanes.Choose(TLanes.Load(ref *value, 0), zero, z, below);
                slope.Store(ref *target, 0);
                sum += slope;
            }

            sum.Store(ref MemoryMarshal.GetReference(contextGradient), (nuint)column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void RowsBackward<TLanes>(
        in PanelMatrix rows, int first, ReadOnlySpan<float> target, ReadOnlySpan<float> weights, ReadOnlySpan<float> pooledGradient,
        in PanelMatrix gradient, int firstGradient, Span<float> targetGradient)
        where TLanes : struct, ILanes<TLanes>
    {
        nint width = rows.Width;
        for (int column = 0; column < target.Length; column += Block)
        {
            float* row = At(rows, first, column), own = At(gradient, firstGradient, column);
            TLanes context = Of<TLanes>(target, column), pooled = Of<TLanes>(pooledGradient, column), sum = default;
            for (int l = 0; l < weights.Length; l++, row += width, own += width)
            {
                TLanes product = TLanes.Load(ref *own, 0);
                sum = TLanes.FusedMultiplyAdd(product, TLanes.Load(ref *row, 0), sum);
                TLanes.FusedMultiplyAdd(product, context, TLanes.Create(weights[l]) * pooled).Store(ref *own, 0);
            }

            sum.Store(ref MemoryMarshal.GetReference(targetGradient), (nuint)column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void AddWeightGradients<TLanes>(
        in PanelMatrix pre, int first, in InterestWeights unit, ReadOnlySpan<float> scoreGradients, Span<float> zGradient,
        Span<float> slopeGradient)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0);
        for (int column = 0; column < zGradient.Length; column += Block)
        {
            float* value = At(pre, first, column);
            TLanes z = Of<TLanes>(unit.Z, column), slopes = Of<TLanes>(unit.Slopes, column);
            TLanes zSum = Of<TLanes>(zGradient, column), slopeSum = Of<TLanes>(slopeGradient, column);
            for (int l = 0; l < scoreGradients.Length; l++, value += Block)
            {
                TLanes gradient = TLanes.Create(scoreGradients[l]), at = TLanes.Load(ref *value, 0);
                zSum = TLanes.FusedMultiplyAdd(gradient, TLanes.Choose(at, zero, at, slopes * at), zSum);
                slopeSum = TLanes.FusedMultiplyAdd(gradient * z, TLanes.Choose(at, zero, zero, at), slopeSum);
            }

            zSum.Store(ref MemoryMarshal.GetReference(zGradient), (nuint)column);
            slopeSum.Store(ref MemoryMarshal.GetReference(slopeGradient), (nuint)column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Of<TLanes>(ReadOnlySpan<float> values, int column)
        where TLanes : struct, ILanes<TLanes> => TLanes.Load(ref MemoryMarshal.GetReference(values), (nuint)column);

    private static unsafe float* At(in PanelMatrix matrix, int row, int column) =>
        matrix.Pointer + ((nint)(column / matrix.Width) * matrix.PanelLength) + ((nint)row * matrix.Width) + (column % matrix.Width);

    private static void CheckRows(in PanelMatrix rows, int first, int columns, int count, in PanelMatrix others, int firstOther)
    {
        Requires.SameLength(rows.Panels * rows.Width, columns);
        Requires.SameLength(rows.Columns, others.Columns);
        Requires.SameLength(rows.Width, others.Width);
        Requires.Room(rows.Rows, first + (long)count);
        Requires.Room(others.Rows, firstOther + (long)count);
    }

    private static void CheckUnits(in PanelMatrix matrix, int first, int count, in InterestWeights unit)
    {
        Requires.SameLength(unit.Z.Length, unit.Slopes.Length, PanelMatrix.RoundUp(unit.Z.Length, Block));
        Requires.Room(matrix.Panels * matrix.Width, unit.Z.Length);
        Requires.SameLength(matrix.Width, Block);
        Requires.Room(matrix.Rows, first + (long)count);
    }
}
