using Freshet.Scenes;

namespace Freshet.Models.Blocks;

/// <summary>
/// Multi-gate mixture of experts: experts over h_0 that all heads share; per head a gate mixes them, and a residual tower over the mixture gives the
/// logit.
/// </summary>
/// <remarks>
/// <para>
/// <c>x_e = expert_e(h_0);  g_t = softmax(W_t h_0);  m_t = Σ_e g_te·x_e;  deep_t = tower_t(m_t)</c>. Experts are residual networks like the towers,
/// of the units in <see cref="ExpertOptions.Units"/>.
/// </para>
/// <para>
/// Source: Ma et al., KDD 2018, equations 6 and 7, https://doi.org/10.1145/3219819.3220007: gates linear and without bias. Ours differs in the
/// residual layers, and in the towers, whose layers are those of the scene.
/// </para>
/// </remarks>
internal static class MixtureOfExperts
{
    public static void Add(BodyBuilder body)
    {
        ExpertOptions options = body.Shape.Scene.Model.Experts;
        string[] heads = body.Shape.HeadNames, experts = [.. Enumerable.Range(0, options.Shared).Select(expert => $"expert.{expert}")];

        // Before the experts: their gradient of h_0 overwrites, and backwards it comes first.
        GateLayer gates = body.Add(new GateLayer(
            body.Parameters, body.Plan, InputSides.Of(body.Inputs, body.Shape.Layout, body.Shape.Dim),
            [.. heads.Select(head => ($"{head}.gate", experts.Length))], addsGradient: true));
        LayerOutput outputs = body.AddNetworks(experts, options.Units);
        LayerOutput mixed = body.AddMatrix(heads.Length, outputs.Units);
        ExpertMixture.Expert[] all = [.. experts.Select((_, expert) => new ExpertMixture.Expert(outputs, expert))];
        body.Add(new ExpertMixture(
            [.. heads.Select((_, head) => new ExpertMixture.Mixture(gates, head, all, mixed, head))], outputs.Units));
        body.AddTowers(mixed);
    }
}
