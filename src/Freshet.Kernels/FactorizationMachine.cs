using System.Runtime.CompilerServices;
using Freshet.Kernels.Lanes;
using Freshet.Native;

namespace Freshet.Kernels;

/// <summary>The pairwise interactions of all slots, as a vector: <c>f = ½[(Σ_s v_s)² − Σ_s v_s²]</c>, slots in order.</summary>
/// <remarks>
/// Slot vectors lie in columns of an input matrix; sums are matrices of D columns. Bit-identical on every CPU. Source: Rendle, ICDM 2010,
/// equation 3, https://doi.org/10.1109/ICDM.2010.127; kept as a vector so that each task weighs its dimensions (docs/models.md).
/// </remarks>
public static class FactorizationMachine
{
    /// <summary><c>sums += v;  squares += v²</c> for one slot.</summary>
    /// <param name="inputs">[M × inputs].</param>
    /// <param name="column">First column of the slot's vector.</param>
    /// <param name="sums">[M × D], added to.</param>
    /// <param name="squares">[M × D], added to.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    public static void Accumulate(in PanelMatrix inputs, int column, in PanelMatrix sums, in PanelMatrix squares, int first, int count)
    {
        for (int done = 0; done < sums.Columns;)
        {
            int length = PanelVectors.Run(sums.Columns - done, inputs, column + done, sums, done);
            for (int row = first; row < first + count; row++)
            {
                Elementwise.Apply(
                    sums.Row(row, done, length), squares.Row(row, done, length), inputs.Row(row, column + done, length), default(Accumulation));
            }

            done += length;
        }
    }

    /// <summary><c>squares = ½(sums² − squares)</c>: f, in place of the squares.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void Finish(ReadOnlySpan<float> sums, Span<float> squares)
    {
        Requires.SameLength(sums.Length, squares.Length);
        Elementwise.Apply(squares, sums, default(Interaction));
    }

    /// <summary><c>inputGradients += fGradient∘(sums − v)</c> for one slot.</summary>
    /// <param name="fGradient">[M × D].</param>
    /// <param name="sums">[M × D].</param>
    /// <param name="inputs">[M × inputs].</param>
    /// <param name="column">First column of the slot's vector.</param>
    /// <param name="inputGradients">[M × inputs], added to.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    public static void Backward(
        in PanelMatrix fGradient, in PanelMatrix sums, in PanelMatrix inputs, int column, in PanelMatrix inputGradients, int first, int count)
    {
        AddGradients(sums, inputs, column, fGradient, inputGradients, first, count, default(Gradient));
    }

    /// <summary><c>products[g] = Σ fGradient∘sums</c> over the samples of each group, in order.</summary>
    /// <param name="fGradient">[M × D].</param>
    /// <param name="sums">[M × D].</param>
    /// <param name="starts">[groups + 1] first sample of each group.</param>
    /// <param name="firstGroup">First group.</param>
    /// <param name="groupCount">Groups.</param>
    /// <param name="products">[G × D], written.</param>
    public static void SumProducts(
        in PanelMatrix fGradient, in PanelMatrix sums, ReadOnlySpan<int> starts, int firstGroup, int groupCount, in PanelMatrix products)
    {
        for (int panel = 0; panel < products.Panels; panel++)
        {
            for (int group = firstGroup; group < firstGroup + groupCount; group++)
            {
                Span<float> sum = products.Panel(panel, group, 1);
                sum.Clear();
                for (int row = starts[group]; row < starts[group + 1]; row++)
                {
                    Elementwise.Apply(sum, fGradient.Panel(panel, row, 1), sums.Panel(panel, row, 1), default(ProductSum));
                }
            }
        }
    }

    /// <summary><c>inputGradients += products − v∘total</c> for one slot of groups.</summary>
    /// <param name="total">[G × D] sum over each group's samples of the gradient of f.</param>
    /// <param name="products">[G × D] from <see cref="SumProducts"/>.</param>
    /// <param name="inputs">[G × inputs].</param>
    /// <param name="column">First column of the slot's vector.</param>
    /// <param name="inputGradients">[G × inputs], added to.</param>
    /// <param name="first">First group.</param>
    /// <param name="count">Groups.</param>
    public static void BackwardGroups(
        in PanelMatrix total, in PanelMatrix products, in PanelMatrix inputs, int column, in PanelMatrix inputGradients, int first, int count)
    {
        AddGradients(products, inputs, column, total, inputGradients, first, count, default(GroupGradient));
    }

    private static void AddGradients<TUpdate>(
        in PanelMatrix left, in PanelMatrix inputs, int column, in PanelMatrix right, in PanelMatrix inputGradients, int first, int count,
        TUpdate update)
        where TUpdate : struct, ITripleUpdate
    {
        for (int done = 0; done < right.Columns;)
        {
            int length = PanelVectors.Run(right.Columns - done, inputs, column + done, right, done);
            for (int row = first; row < first + count; row++)
            {
                Elementwise.Apply(
                    inputGradients.Row(row, column + done, length), left.Row(row, done, length), inputs.Row(row, column + done, length),
                    right.Row(row, done, length), update);
            }

            done += length;
        }
    }

    private readonly struct Accumulation : IPairUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes sum, ref TLanes squares, TLanes v)
            where TLanes : struct, ILanes<TLanes>
        {
            sum += v;
            squares = TLanes.FusedMultiplyAdd(v, v, squares);
        }
    }

    private readonly struct Interaction : ISingleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes squares, TLanes sum)
            where TLanes : struct, ILanes<TLanes> =>
            squares = TLanes.Create(0.5f) * ((sum * sum) - squares);
    }

    private readonly struct Gradient : ITripleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes inputGradient, ref TLanes sum, ref TLanes v, TLanes fGradient)
            where TLanes : struct, ILanes<TLanes> =>
            inputGradient = TLanes.FusedMultiplyAdd(fGradient, sum - v, inputGradient);
    }

    private readonly struct GroupGradient : ITripleUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes inputGradient, ref TLanes product, ref TLanes v, TLanes total)
            where TLanes : struct, ILanes<TLanes> =>
            inputGradient += product - (v * total);
    }

    private readonly struct ProductSum : IPairUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(ref TLanes sum, ref TLanes fGradient, TLanes sums)
            where TLanes : struct, ILanes<TLanes> => sum = TLanes.FusedMultiplyAdd(fGradient, sums, sum);
    }
}
