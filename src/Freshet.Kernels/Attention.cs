using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Freshet.Kernels.Lanes;
using Freshet.Native;

namespace Freshet.Kernels;

/// <summary>
/// Additive attention over one history: <c>a_l = zᵀ tanh(W_e e_l + W_p p_l + … + b)</c>, softmax, weighted sum; and its gradient.
/// </summary>
/// <remarks>
/// One user at a time, items in order; every sum over hidden units or dimensions runs on 16 lanes. Bit-identical on every CPU.
/// Source: Lyu et al., Deep Match to Rank, AAAI 2020, equations 1 to 7, https://doi.org/10.1609/aaai.v34i01.5346.
/// </remarks>
public static class Attention
{
    private const int Block = PanelMatrix.Narrow;

    /// <summary>Hidden units and scores.</summary>
    /// <param name="items">n items.</param>
    /// <param name="z">[A].</param>
    /// <param name="hidden">[rows × A] tanh, written from <paramref name="hiddenFirst"/> on; 16 columns a panel.</param>
    /// <param name="hiddenFirst">Row of the first item's hidden units.</param>
    /// <param name="scores">[n] a, written.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Score(
        in AttentionItems items, ReadOnlySpan<float> z, in PanelMatrix hidden, int hiddenFirst, Span<float> scores)
    {
        Check(items, z.Length, hidden, hiddenFirst, scores.Length);
        if (Vector512.IsHardwareAccelerated)
        {
            Score<Lanes512>(items, z, hidden, hiddenFirst, scores);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Score<Pair<Lanes256>>(items, z, hidden, hiddenFirst, scores);
        }
        else
        {
            Score<Pair<Pair<Lanes128>>>(items, z, hidden, hiddenFirst, scores);
        }
    }

    /// <summary>The gradient of <see cref="Score"/>.</summary>
    /// <param name="items">n items.</param>
    /// <param name="z">[A].</param>
    /// <param name="hidden">[rows × A] from <see cref="Score"/>.</param>
    /// <param name="hiddenFirst">Row of the first item's hidden units.</param>
    /// <param name="scoreGradients">[n] ∂loss/∂a.</param>
    /// <param name="gradients">Added to.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Backward(
        in AttentionItems items, ReadOnlySpan<float> z, in PanelMatrix hidden, int hiddenFirst, ReadOnlySpan<float> scoreGradients,
        in AttentionGradients gradients)
    {
        Check(items, z.Length, hidden, hiddenFirst, scoreGradients.Length);
        Requires.SameLength(z.Length, gradients.Z.Length);
        Requires.SameLength(items.Context.Length, gradients.Context.Length);
        Requires.Room(gradients.Projected.Rows, items.First + (long)items.Places.Length);
        Requires.SameLength(items.Positions.Rows, gradients.Positions.Rows);
        Requires.SameLength(items.Behaviours.Rows, gradients.Behaviours.Rows);
        if (Vector512.IsHardwareAccelerated)
        {
            Backward<Lanes512>(items, z, hidden, hiddenFirst, scoreGradients, gradients);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Backward<Pair<Lanes256>>(items, z, hidden, hiddenFirst, scoreGradients, gradients);
        }
        else
        {
            Backward<Pair<Pair<Lanes128>>>(items, z, hidden, hiddenFirst, scoreGradients, gradients);
        }
    }

    /// <summary>Scores become weights: softmax, in place. Their sum before is the return value (r̂ of item-to-item).</summary>
    public static float Softmax(Span<float> scores)
    {
        if (scores.IsEmpty)
        {
            return 0;
        }

        float top = scores[0];
        foreach (float score in scores)
        {
            top = score > top ? score : top;
        }

        float sum = Vectors.Sum(scores);
        Vectors.ExpOfDifference(scores, top);
        Vectors.Scale(scores, 1 / Vectors.Sum(scores));
        return sum;
    }

    /// <summary><c>pooled = Σ_l weights_l·e_l</c>.</summary>
    /// <param name="weights">[n].</param>
    /// <param name="rows">[rows × D] e.</param>
    /// <param name="first">Row of the first item.</param>
    /// <param name="pooled">[D, padded to the panels of the rows], written.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Pool(ReadOnlySpan<float> weights, in PanelMatrix rows, int first, Span<float> pooled)
    {
        Requires.SameLength(rows.Panels * rows.Width, pooled.Length);
        Requires.Room(rows.Rows, first + (long)weights.Length);
        if (Vector512.IsHardwareAccelerated)
        {
            Pool<Lanes512>(weights, rows, first, pooled);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Pool<Pair<Lanes256>>(weights, rows, first, pooled);
        }
        else
        {
            Pool<Pair<Pair<Lanes128>>>(weights, rows, first, pooled);
        }
    }

    /// <summary>The gradient of <see cref="Pool"/> and <see cref="Softmax"/>.</summary>
    /// <param name="weights">[n] of the softmax.</param>
    /// <param name="rows">[rows × D] e.</param>
    /// <param name="first">Row of the first item.</param>
    /// <param name="pooledGradient">[D, padded to the panels of the rows] ∂loss/∂pooled, its padding 0.</param>
    /// <param name="sumGradient">∂loss/∂(sum of the scores).</param>
    /// <param name="accumulate">Whether <paramref name="rowGradients"/> is added to; otherwise it is overwritten.</param>
    /// <param name="rowGradients">[rows × D] ∂loss/∂e by way of the weighted sum.</param>
    /// <param name="scoreGradients">[n] ∂loss/∂a, written.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void PoolBackward(
        ReadOnlySpan<float> weights, in PanelMatrix rows, int first, ReadOnlySpan<float> pooledGradient, float sumGradient, bool accumulate,
        in PanelMatrix rowGradients, Span<float> scoreGradients)
    {
        Requires.SameLength(rows.Panels * rows.Width, pooledGradient.Length);
        Requires.SameLength(weights.Length, scoreGradients.Length);
        Requires.Room(Math.Min(rows.Rows, rowGradients.Rows), first + (long)weights.Length);
        Requires.SameLength(rows.Width, rowGradients.Width);
        Requires.SameLength(rows.Columns, rowGradients.Columns);
        if (Vector512.IsHardwareAccelerated)
        {
            PoolBackward<Lanes512>(weights, rows, first, pooledGradient, accumulate, rowGradients, scoreGradients);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            PoolBackward<Pair<Lanes256>>(weights, rows, first, pooledGradient, accumulate, rowGradients, scoreGradients);
        }
        else
        {
            PoolBackward<Pair<Pair<Lanes128>>>(weights, rows, first, pooledGradient, accumulate, rowGradients, scoreGradients);
        }

        float mean = Vectors.Dot(weights, scoreGradients);
        Vectors.SoftmaxGradient(scoreGradients, weights, mean, sumGradient);
    }

    // SAFETY (all four): the callers saw that rows, places and columns lie in their matrices, that hidden units come in whole blocks of 16, and
    // that columns come in whole panels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Score<TLanes>(
        in AttentionItems items, ReadOnlySpan<float> z, in PanelMatrix hidden, int hiddenFirst, Span<float> scores)
        where TLanes : struct, ILanes<TLanes>
    {
        nint projectedWidth = items.Projected.Width, positionWidth = items.Positions.Width, behaviourWidth = items.Behaviours.Width;
        for (int unit = 0; unit < z.Length; unit += Block)
        {
            float* projected = At(items.Projected, items.First, items.Column + unit);
            float* positions = At(items.Positions, 0, items.Column + unit);
            float* behaviours = items.BehaviourIds.IsEmpty ? null : At(items.Behaviours, 0, unit);
            float* active = At(hidden, hiddenFirst, unit);
            TLanes weights = TLanes.Load(ref MemoryMarshal.GetReference(z), (nuint)unit);
            TLanes context = items.Context.IsEmpty ? default : TLanes.Load(ref MemoryMarshal.GetReference(items.Context), (nuint)unit);
            for (int l = 0; l < scores.Length; l++, projected += projectedWidth, active += Block)
            {
                TLanes pre = TLanes.Load(ref *projected, 0)
                    + TLanes.Load(ref *(positions + ((items.Places[l] + items.Shift) * positionWidth)), 0);
                if (behaviours is not null)
                {
                    pre += TLanes.Load(ref *(behaviours + (items.BehaviourIds[l] * behaviourWidth)), 0);
                }

                TLanes value = Functions.Tanh(pre + context);
                value.Store(ref *active, 0);
                float sum = (value * weights).Sum();
                scores[l] = unit == 0 ? sum : scores[l] + sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Backward<TLanes>(
        in AttentionItems items, ReadOnlySpan<float> z, in PanelMatrix hidden, int hiddenFirst, ReadOnlySpan<float> scoreGradients,
        in AttentionGradients gradients)
        where TLanes : struct, ILanes<TLanes>
    {
        bool adds = gradients.AddsToProjected;
        nint projectedWidth = items.Projected.Width, positionWidth = items.Positions.Width, behaviourWidth = items.Behaviours.Width;
        for (int unit = 0; unit < z.Length; unit += Block)
        {
            float* projected = At(gradients.Projected, items.First, items.Column + unit);
            float* positions = At(gradients.Positions, 0, items.Column + unit);
            float* behaviours = items.BehaviourIds.IsEmpty ? null : At(gradients.Behaviours, 0, unit);
            float* active = At(hidden, hiddenFirst, unit);
            ref float zGradients = ref MemoryMarshal.GetReference(gradients.Z);
            TLanes weights = TLanes.Load(ref MemoryMarshal.GetReference(z), (nuint)unit), one = TLanes.Create(1);
            TLanes zGradient = TLanes.Load(ref zGradients, (nuint)unit), context = default;
            for (int l = 0; l < scoreGradients.Length; l++, projected += projectedWidth, active += Block)
            {
                TLanes gradient = TLanes.Create(scoreGradients[l]), value = TLanes.Load(ref *active, 0);
                zGradient = TLanes.FusedMultiplyAdd(gradient, value, zGradient);
                TLanes pre = gradient * weights * (one - (value * value));
                context += pre;
                (adds ? TLanes.Load(ref *projected, 0) + pre : pre).Store(ref *projected, 0);
                Add(positions + ((items.Places[l] + items.Shift) * positionWidth), pre);
                if (behaviours is not null)
                {
                    Add(behaviours + (items.BehaviourIds[l] * behaviourWidth), pre);
                }
            }

            zGradient.Store(ref zGradients, (nuint)unit);
            if (!gradients.Context.IsEmpty)
            {
                ref float contexts = ref MemoryMarshal.GetReference(gradients.Context);
                (TLanes.Load(ref contexts, (nuint)unit) + context).Store(ref contexts, (nuint)unit);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Pool<TLanes>(ReadOnlySpan<float> weights, in PanelMatrix rows, int first, Span<float> pooled)
        where TLanes : struct, ILanes<TLanes>
    {
        nint width = rows.Width;
        for (int column = 0; column < pooled.Length; column += Block)
        {
            float* row = At(rows, first, column);
            TLanes sum = default;
            for (int l = 0; l < weights.Length; l++, row += width)
            {
                sum = TLanes.FusedMultiplyAdd(TLanes.Create(weights[l]), TLanes.Load(ref *row, 0), sum);
            }

            sum.Store(ref MemoryMarshal.GetReference(pooled), (nuint)column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void PoolBackward<TLanes>(
        ReadOnlySpan<float> weights, in PanelMatrix rows, int first, ReadOnlySpan<float> pooledGradient, bool accumulate,
        in PanelMatrix rowGradients, Span<float> scoreGradients)
        where TLanes : struct, ILanes<TLanes>
    {
        nint width = rows.Width;
        for (int column = 0; column < pooledGradient.Length; column += Block)
        {
            float* row = At(rows, first, column), target = At(rowGradients, first, column);
            TLanes gradient = TLanes.Load(ref MemoryMarshal.GetReference(pooledGradient), (nuint)column);
            for (int l = 0; l < weights.Length; l++, row += width, target += width)
            {
                float dot = (gradient * TLanes.Load(ref *row, 0)).Sum();
                scoreGradients[l] = column == 0 ? dot : scoreGradients[l] + dot;
                TLanes weight = TLanes.Create(weights[l]);
                TLanes own = accumulate ? TLanes.FusedMultiplyAdd(weight, gradient, TLanes.Load(ref *target, 0)) : weight * gradient;
                own.Store(ref *target, 0);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Add<TLanes>(float* target, TLanes value)
        where TLanes : struct, ILanes<TLanes> => (TLanes.Load(ref *target, 0) + value).Store(ref *target, 0);

    private static unsafe float* At(in PanelMatrix matrix, int row, int column) =>
        matrix.Pointer + ((nint)(column / matrix.Width) * matrix.PanelLength) + ((nint)row * matrix.Width) + (column % matrix.Width);

    private static void Check(in AttentionItems items, int units, in PanelMatrix hidden, int hiddenFirst, int count)
    {
        Requires.SameLength(items.Places.Length, count);
        Requires.SameLength(PanelMatrix.RoundUp(units, Block), units);
        Requires.Room(items.Projected.Panels * items.Projected.Width, items.Column + (long)units);
        Requires.Room(items.Positions.Panels * items.Positions.Width, items.Column + (long)units);
        Requires.Room(items.Projected.Rows, items.First + (long)count);
        Requires.Room(hidden.Rows, hiddenFirst + (long)count);
        Requires.Room(hidden.Panels * hidden.Width, units);
        Requires.SameLength(hidden.Width, Block);
        if (!items.Context.IsEmpty)
        {
            Requires.SameLength(items.Context.Length, units);
        }

        if (!items.BehaviourIds.IsEmpty)
        {
            Requires.SameLength(items.BehaviourIds.Length, count);
            Requires.Room(items.Behaviours.Panels * items.Behaviours.Width, units);
            RequireRows(items.BehaviourIds, 0, items.Behaviours.Rows);
        }

        RequireRows(items.Places, items.Shift, items.Positions.Rows);
    }

    private static void RequireRows(ReadOnlySpan<int> indices, int shift, int rows)
    {
        bool fits = true;
        foreach (int index in indices)
        {
            fits &= (uint)(index + shift) < (uint)rows;
        }

        if (!fits)
        {
            throw new ArgumentOutOfRangeException(nameof(indices), $"A place or behaviour of the history is not one of {rows}.");
        }
    }
}
