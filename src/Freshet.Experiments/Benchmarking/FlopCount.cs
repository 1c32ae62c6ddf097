namespace Freshet.Experiments.Benchmarking;

/// <summary>Floating-point operations that a model needs: two for each multiply-add of its products, however an engine does them.</summary>
/// <remarks>
/// Counted, in multiply-adds of one sample forward (letters of docs/models.md; I = S·D + 2D + 2 inputs):
/// <list type="bullet">
/// <item>towers: T·Σ_k in_k·out_k, twice where a layer has a projection (in ≠ out), and T·last for the logit;</item>
/// <item>U2I: L·D·A (W_e e, which the auxiliary loss shares), L·A (z·tanh), L·D (Σ α e), D² (W_u), D (r);</item>
/// <item>auxiliary loss: (L − 1)·A, (L − 1)·D, D², and (1 + K)·D for its picks;</item>
/// <item>I2I: L·D·A, D·A (Ŵ_c e_c), L·A, L·D;</item>
/// <item>FM: S·D (Σ v²), T·D (aᵀ f).</item>
/// </list>
/// A step of training is three times that: the gradients of inputs and of weights are products of the same size. Not counted: sums
/// without a product, activations, the positions' W_p p (once a batch), optimisers. What the user alone decides counts once a
/// request: U2I and its loss, Ŵ_e e, and the part of the first layer that reads the user's slots and u. Models other than <c>esmm-dfm-dmr</c>: towers alone.
/// </remarks>
internal static class FlopCount
{
    /// <summary>Operations of one sample of a training step.</summary>
    public static double TrainSample(BenchmarkOptions options) =>
        3 * 2 * (CandidateForward(options) + ((UserForward(options) + Auxiliary(options)) / (double)options.Impressions));

    /// <summary>Operations of one request of C candidates.</summary>
    public static double RankRequest(BenchmarkOptions options) =>
        2 * (UserForward(options) + ((double)options.Candidates * CandidateForward(options)));

    private static long Auxiliary(BenchmarkOptions o)
    {
        long shorter = Math.Max(0, o.History - 1);
        return HasHistory(o) ? (shorter * (o.Attention + o.Dim)) + ((long)o.Dim * o.Dim) + ((1L + o.Negatives) * o.Dim) : 0;
    }

    private static long UserForward(BenchmarkOptions o)
    {
        long inputs = ((long)o.UserSlots * o.Dim) + (HasHistory(o) ? o.Dim : 0);
        long multiplyAdds = FirstLayer(o, inputs);
        return HasHistory(o) ? multiplyAdds + UserToItem(o) + ((long)o.History * o.Dim * o.Attention) : multiplyAdds;
    }

    private static long CandidateForward(BenchmarkOptions o)
    {
        long userInputs = ((long)o.UserSlots * o.Dim) + (HasHistory(o) ? o.Dim : 0);
        long multiplyAdds = Towers(o, Inputs(o)) - FirstLayer(o, userInputs);
        return (HasHistory(o) ? multiplyAdds + o.Dim + ItemToItem(o) : multiplyAdds) + Fm(o);
    }

    private static long UserToItem(BenchmarkOptions o) =>
        ((long)o.History * ((o.Dim * o.Attention) + o.Attention + o.Dim)) + ((long)o.Dim * o.Dim);

    // Without Ŵ_e e, which is the same for all candidates.
    private static long ItemToItem(BenchmarkOptions o) =>
        ((long)o.Dim * o.Attention) + ((long)o.History * (o.Attention + o.Dim));

    private static long Fm(BenchmarkOptions o) => HasHistory(o) ? ((long)o.Slots + o.Tasks) * o.Dim : 0;

    private static bool HasHistory(BenchmarkOptions o) => o.Model == "esmm-dfm-dmr";

    private static long Inputs(BenchmarkOptions o) => ((long)o.Slots * o.Dim) + (HasHistory(o) ? (2L * o.Dim) + 2 : 0);

    private static long Towers(BenchmarkOptions o, long inputs)
    {
        if (o.Model == "lr")
        {
            return 0;
        }

        long multiplyAdds = FirstLayer(o, inputs);
        for (int layer = 1; layer < o.Layers.Count; layer++)
        {
            multiplyAdds += o.Tasks * Layer(o.Layers[layer - 1], o.Layers[layer], o.Layers[layer - 1]);
        }

        return multiplyAdds + ((long)o.Tasks * o.Layers[^1]);
    }

    private static long FirstLayer(BenchmarkOptions o, long inputs) =>
        o.Model == "lr" ? 0 : o.Tasks * Layer(inputs, o.Layers[0], Inputs(o));

    // width: all inputs of the layer, which decide whether it has a projection.
    private static long Layer(long inputs, long units, long width) => inputs * units * (width == units ? 1 : 2);
}
