using Freshet.Scenes;

namespace Freshet.Models.Blocks;

/// <summary>
/// Progressive layered extraction: in every level each head has experts of its own and takes them, and the shared ones, through a gate; a shared
/// stream takes them all. A residual tower over what the last level gives a head gives its logit.
/// </summary>
/// <remarks>
/// <para>
/// Streams: one per head and one shared, all of them h_0 at first. Level l, head t: <c>x_t ← Σ_e g_e·[own experts of t over x_t, shared experts
/// over x_s]_e</c>, g = softmax(W x_t); the shared stream, in all levels but the last: <c>x_s ← Σ_e g_e·[own experts of all heads, shared
/// experts]_e</c>, g = softmax(W x_s). With one level this is customised gate control, CGC; without own experts and with one level, a multi-gate
/// mixture.
/// </para>
/// <para>
/// Source: Tang et al., RecSys 2020, section 4, https://doi.org/10.1145/3383313.3412236. Ours differs in the residual layers of experts and towers.
/// </para>
/// </remarks>
internal sealed class LayeredExtraction
{
    private readonly BodyBuilder _body;
    private readonly ExpertOptions _options;
    private readonly string[] _heads;

    // What the streams hold: the heads', then the shared one. None before the first level.
    private LayerOutput[] _streams = [];

    private LayeredExtraction(BodyBuilder body)
    {
        _body = body;
        _options = body.Shape.Scene.Model.Experts;
        _heads = body.Shape.HeadNames;
    }

    public static void Add(BodyBuilder body)
    {
        var extraction = new LayeredExtraction(body);
        LayerOutput mixed = default;
        for (int level = 0; level < extraction._options.Levels; level++)
        {
            mixed = extraction.AddLevel(level, isLast: level == extraction._options.Levels - 1);
        }

        body.AddTowers(mixed);
    }

    /// <summary>Adds a level.</summary>
    /// <returns>The mixtures of the heads side by side in the last level; else none, they are the streams.</returns>
    private LayerOutput AddLevel(int level, bool isLast)
    {
        int heads = _heads.Length, own = _options.Own, shared = _options.Shared, units = _options.Units[^1];
        string[] sharedNames = [.. Enumerable.Range(0, shared).Select(expert => $"expert.{level}.{expert}")];
        string[][] ownNames = [.. _heads.Select(head => Enumerable.Range(0, own).Select(expert => $"{head}.expert.{level}.{expert}").ToArray())];
        (string Name, int Experts)[] gateNames =
        [
            .. _heads.Select(head => ($"{head}.gate.{level}", own + shared)),
            .. isLast ? [] : new[] { ($"expert.{level}.gate", (heads * own) + shared) },
        ];
        (GateLayer Gates, int Gate)[] gates;
        ExpertMixture.Expert[] experts;
        if (level == 0)
        {
            // All read h_0: one product for all experts, one for all gates.
            GateLayer all = _body.Add(new GateLayer(
                _body.Parameters, _body.Plan, InputSides.Of(_body.Inputs, _body.Shape.Layout, _body.Shape.Dim), gateNames, addsGradient: true));
            gates = [.. gateNames.Select((_, gate) => (all, gate))];
            LayerOutput outputs = _body.AddNetworks([.. ownNames.SelectMany(names => names), .. sharedNames], _options.Units);
            experts = [.. Enumerable.Range(0, (heads * own) + shared).Select(network => new ExpertMixture.Expert(outputs, network))];
        }
        else
        {
            gates = [.. gateNames.Select((gate, stream) => (AddGate(stream, gate), 0))];
            experts = [.. ownNames.Append(sharedNames).SelectMany((names, stream) => AddExperts(stream, names))];
        }

        ExpertMixture.Expert[] common = experts[(heads * own)..];
        LayerOutput mixed = isLast ? _body.AddMatrix(heads, units) : default;
        _streams = isLast ? [] : [.. Enumerable.Range(0, heads + 1).Select(_ => _body.AddMatrix(1, units))];
        var mixtures = new List<ExpertMixture.Mixture>();
        for (int gate = 0; gate < gates.Length; gate++)
        {
            ExpertMixture.Expert[] taken = gate == heads ? experts : [.. experts.AsSpan(gate * own, own), .. common];
            mixtures.Add(new ExpertMixture.Mixture(
                gates[gate].Gates, gates[gate].Gate, taken, isLast ? mixed : _streams[gate], isLast ? gate : 0));
        }

        _body.Add(new ExpertMixture(mixtures, units));
        return mixed;
    }

    // A stream that experts read gets their gradient first.
    private GateLayer AddGate(int stream, (string Name, int Experts) gate) => _body.Add(new GateLayer(
        _body.Parameters, _body.Plan, InputSides.Of(_streams[stream]), [gate], addsGradient: stream == _heads.Length || _options.Own > 0));

    private IEnumerable<ExpertMixture.Expert> AddExperts(int stream, string[] names)
    {
        if (names.Length == 0)
        {
            return [];
        }

        LayerOutput outputs = _body.AddLayers(_streams[stream], names, _options.Units, sharesInput: true);
        return names.Select((_, network) => new ExpertMixture.Expert(outputs, network));
    }
}
