using Freshet.Scenes;

namespace Freshet.Tests.Models.Reference;

/// <summary>
/// The models of docs/models.md a second time: in double, one sample after the other, straight from the formulas. It takes nothing from the
/// engine but the names and shapes of parameters.
/// </summary>
internal sealed class ReferenceModel(Scene scene, ReferenceParameters parameters)
{
    private readonly ReferenceAttention _attention = new(scene, parameters);
    private readonly ReferenceBody _body = new(scene, parameters);
    private readonly ReferenceHeads _heads = new(scene);
    private readonly ReferenceBlocks _blocks = ReferenceBlocks.Of(scene);

    /// <summary>Loss, probabilities and values of a batch.</summary>
    public ReferenceOutcome Run(IReadOnlyList<ReferenceSample> samples)
    {
        var outcome = new ReferenceOutcome();
        foreach (ReferenceSample sample in samples)
        {
            double[] logits = Logits(sample, outcome);
            outcome.Loss += _heads.Loss(logits, sample, outcome) / samples.Count;
            outcome.Probabilities.AddRange(_heads.Probabilities(logits));
            outcome.Values.AddRange(_heads.Values(logits));
        }

        if (_blocks.History == "dmr" && scene.Model.Attention.Negatives > 0)
        {
            outcome.Auxiliary = _attention.AuxiliaryLoss(samples, outcome);
            outcome.Loss += scene.Model.Attention.AuxiliaryWeight * outcome.Auxiliary;
        }

        return outcome;
    }

    private double[] Logits(ReferenceSample sample, ReferenceOutcome outcome)
    {
        int heads = scene.Behaviours.Count + scene.Regressions.Count;
        double[] logits = new double[heads];
        if (_blocks.Wide)
        {
            AddWide(sample, logits);
        }

        if (scene.Model.PositionBias && sample.Position != 0)
        {
            Add(logits, parameters.Wide("(position)", sample.Position));
        }

        if (!_blocks.HasRows)
        {
            return logits;
        }

        double[][] vectors = [.. scene.Slots.Select((slot, s) => Bag(slot, sample.Bags[s]))];
        double[] factors = Factors(vectors);
        bool joins = _blocks.Fm && _blocks.Body != "" && scene.Model.Head == LogitHead.Residual;
        if (_blocks.Fm && !joins)
        {
            Add(logits, parameters["fm_a"].Times(factors));
        }

        if (_blocks.Body != "")
        {
            double[] input = [.. vectors.SelectMany(vector => vector), .. sample.Dense.Select(value => (double)value)];
            input = _blocks.History switch
            {
                "dmr" => [.. input, .. _attention.Match(sample, vectors[scene.History.ItemSlot], outcome)],
                "din" => [.. input, .. _attention.Interest(sample, vectors[scene.History.ItemSlot], outcome)],
                _ => input,
            };
            Add(logits, _body.Run(_blocks.Body, joins ? [.. input, .. factors] : input, outcome));
        }

        return logits;
    }

    private void AddWide(ReferenceSample sample, double[] logits)
    {
        Add(logits, parameters["wide_bias"].Values);
        for (int s = 0; s < scene.Slots.Count; s++)
        {
            foreach (ulong id in sample.Bags[s])
            {
                Add(logits, parameters.Wide(scene.Slots[s].Table, id));
            }
        }
    }

    private double[] Bag(Slot slot, ulong[] ids)
    {
        double[] sum = new double[scene.Model.Dim];
        foreach (ulong id in ids)
        {
            Add(sum, parameters.Row(slot.Table, id));
        }

        return slot.Pooling == Pooling.Mean && ids.Length > 0 ? [.. sum.Select(value => value / ids.Length)] : sum;
    }

    private double[] Factors(double[][] vectors) => [.. Enumerable.Range(0, scene.Model.Dim).Select(d =>
    {
        double sum = vectors.Sum(vector => vector[d]);
        return 0.5 * ((sum * sum) - vectors.Sum(vector => vector[d] * vector[d]));
    })];

    private static void Add(double[] target, double[]? operand)
    {
        for (int i = 0; operand is not null && i < target.Length; i++)
        {
            target[i] += operand[i];
        }
    }
}
