namespace Freshet.Models.Blocks;

/// <summary>The deep block: per head a residual network over h_0, and its logit.</summary>
/// <remarks>
/// <c>h_(k+1) = ReLU(W_k h_k + b_k) + P_k h_k</c> (<see cref="InputLayer"/>, <see cref="HiddenLayer"/>), <c>deep_t = w_outᵀ h_K + b_out</c>
/// (<see cref="LogitUnits"/>). Source: He et al., CVPR 2016, https://arxiv.org/abs/1512.03385; Shan et al., KDD 2016,
/// https://doi.org/10.1145/2939672.2939704.
/// </remarks>
internal static class ResidualTowers
{
    public static void Add(BodyBuilder body) => body.AddLogits(body.AddNetworks(body.Shape.HeadNames, body.Shape.Layers));
}
