using Freshet.Scenes;

namespace Freshet.Tests.Models.Reference;

/// <summary>The networks between h_0 and the logits.</summary>
internal sealed class ReferenceBody(Scene scene, ReferenceParameters parameters)
{
    private readonly ModelOptions _options = scene.Model;
    private readonly Dictionary<(string, int), (ReferenceTensor Weights, ReferenceTensor Bias, ReferenceTensor? Projection)> _layers = [];
    private readonly string[] _heads =
        [.. scene.Behaviours.Select(behaviour => behaviour.Name), .. scene.Regressions.Select(regression => regression.Name)];

    /// <summary>[heads] what the body adds to the logits.</summary>
    public double[] Run(string body, double[] input, ReferenceOutcome outcome)
    {
        double[][] streams = body switch
        {
            "mmoe" => Mixtures(input, outcome),
            "ple" => Extraction(input, outcome),
            "cross" => [.. Enumerable.Repeat(Cross(input), _heads.Length)],
            _ => [.. _heads.Select(_ => input)],
        };
        return [.. _heads.Select((head, t) => Logit(head, streams[t], outcome))];
    }

    private double[][] Mixtures(double[] input, ReferenceOutcome outcome)
    {
        ExpertOptions options = _options.Experts;
        double[][] experts = [.. Enumerable.Range(0, options.Shared).Select(e => Network($"expert.{e}", options.Units, input, outcome))];
        return [.. _heads.Select(head => Mix(Softmax(parameters[$"{head}.gate.W"].Times(input)), experts))];
    }

    private double[][] Extraction(double[] input, ReferenceOutcome outcome)
    {
        ExpertOptions options = _options.Experts;
        double[][] streams = [.. _heads.Select(_ => input)];
        double[] common = input;
        for (int level = 0; level < options.Levels; level++)
        {
            double[][] shared = [.. Enumerable.Range(0, options.Shared).Select(e => Network($"expert.{level}.{e}", options.Units, common, outcome))];
            double[][][] own = [.. _heads.Select((head, t) => Enumerable.Range(0, options.Own)
                .Select(e => Network($"{head}.expert.{level}.{e}", options.Units, streams[t], outcome)).ToArray())];
            double[][] next = [.. _heads.Select((head, t) => Mix(
                Softmax(parameters[$"{head}.gate.{level}.W"].Times(streams[t])), [.. own[t], .. shared]))];
            if (level < options.Levels - 1)
            {
                common = Mix(Softmax(parameters[$"expert.{level}.gate.W"].Times(common)), [.. own.SelectMany(experts => experts), .. shared]);
            }

            streams = next;
        }

        return streams;
    }

    private double[] Cross(double[] input)
    {
        double[] x = input;
        for (int layer = 0; layer < _options.Cross.Layers; layer++)
        {
            double[] z = parameters[$"cross.W_{layer}"].Times(x), bias = parameters[$"cross.b_{layer}"].Values;
            x = [.. x.Select((value, i) => (input[i] * (z[i] + bias[i])) + value)];
        }

        return x;
    }

    private double Logit(string head, double[] input, ReferenceOutcome outcome)
    {
        double[] top = Network(head, _options.Layers, input, outcome);
        return parameters[head + ".w_out"].Times(top)[0] + parameters[head + ".b_out"].Values[0];
    }

    private double[] Network(string name, IReadOnlyList<int> units, double[] input, ReferenceOutcome outcome)
    {
        double[] h = input;
        for (int layer = 0; layer < units.Count; layer++)
        {
            (ReferenceTensor weights, ReferenceTensor bias, ReferenceTensor? projection) = LayerOf(name, layer);
            double[] next = weights.Times(h), residual = projection?.Times(h) ?? h;
            for (int i = 0; i < next.Length; i++)
            {
                next[i] = outcome.Relu(next[i] + bias.Values[i]) + (_options.Residual ? residual[i] : 0);
            }

            h = next;
        }

        return h;
    }

    // Finite differences run the networks many thousand times: names are put together once.
    private (ReferenceTensor Weights, ReferenceTensor Bias, ReferenceTensor? Projection) LayerOf(string name, int layer)
    {
        if (!_layers.TryGetValue((name, layer), out var tensors))
        {
            string full = $"{name}.{layer}";
            tensors = (parameters[full + ".W"], parameters[full + ".b"], parameters.Has(full + ".P") ? parameters[full + ".P"] : null);
            _layers.Add((name, layer), tensors);
        }

        return tensors;
    }

    private static double[] Mix(double[] gate, double[][] experts)
    {
        double[] mixed = new double[experts[0].Length];
        for (int e = 0; e < experts.Length; e++)
        {
            for (int i = 0; i < mixed.Length; i++)
            {
                mixed[i] += gate[e] * experts[e][i];
            }
        }

        return mixed;
    }

    private static double[] Softmax(double[] scores)
    {
        double top = scores.Max();
        double[] powers = [.. scores.Select(score => Math.Exp(score - top))];
        double sum = powers.Sum();
        return [.. powers.Select(power => power / sum)];
    }
}
