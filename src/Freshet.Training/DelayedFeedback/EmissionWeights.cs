namespace Freshet.Training.DelayedFeedback;

/// <summary>What a row weighs so that a stream of rows teaches the truth: p(y|x) ÷ b(y|x).</summary>
/// <remarks>
/// <para>
/// The plan of mode <c>immediate</c>: a sample leaves once with the label known then, and once more as a positive where its label comes
/// later. With p = P(y = 1|x) and q = P(y = 1 and comes later|x), 1 + q rows leave a sample: p of them positive, 1 − p + q negative. So
/// b(1|x) = p ÷ (1 + q), b(0|x) = (1 − p + q) ÷ (1 + q), and the weights are 1 + q and (1 + q)(1 − p) ÷ (1 − p + q).
/// </para>
/// <para>
/// Where all positives come later q = p: 1 + p and (1 + p)(1 − p), which is FNW (Ktena et al., RecSys 2019,
/// https://arxiv.org/abs/1907.06558). With 1 + q and (1 + q)·p_rn, p_rn = (1 − p) ÷ (1 − p + q), it is ES-DFM (Yang et al., AAAI 2021,
/// https://arxiv.org/abs/2012.03245, equations 10 to 13). With p of the model itself, held constant in the gradient, the loss has its only
/// zero gradient at the true p.
/// </para>
/// </remarks>
public static class EmissionWeights
{
    /// <summary>Weight of a positive row, 1 to 2.</summary>
    /// <param name="late">q, 0 to p.</param>
    public static double Positive(double late) => 1 + late;

    /// <summary>Weight of a negative row, 0 to 1 + q; where p is 1 and q is 0 there are no negatives, and it is 0.</summary>
    /// <param name="probability">p, 0 to 1.</param>
    /// <param name="late">q, 0 to p.</param>
    public static double Negative(double probability, double late)
    {
        double negatives = 1 - probability + late;
        return negatives > 0 ? (1 + late) * (1 - probability) / negatives : 0;
    }
}
