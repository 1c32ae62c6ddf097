using Freshet.Scenes;

namespace Freshet.Tests.Models.Reference;

/// <summary>The blocks that read the history.</summary>
internal sealed class ReferenceAttention(Scene scene, ReferenceParameters parameters)
{
    private readonly AttentionOptions _options = scene.Model.Attention;
    private readonly string _items = scene.Slots[Math.Max(0, scene.History.ItemSlot)].Table;

    /// <summary>[u, r, û, r̂].</summary>
    public double[] Match(ReferenceSample sample, double[] target, ReferenceOutcome outcome)
    {
        Item[] history = History(sample);
        double[] user = User(history, outcome);
        double[]? output = sample.Bags[scene.History.ItemSlot] is [ulong item, ..] ? parameters.Row("(output)", item) : null;
        double match = output is null ? 0 : ReferenceTensor.Dot(user, output);
        (double[] interest, double sum) = ItemToItem(history, target);
        return [.. user, match, .. interest, sum];
    }

    /// <summary>v of the deep interest network.</summary>
    public double[] Interest(ReferenceSample sample, double[] target, ReferenceOutcome outcome)
    {
        double[] sum = new double[scene.Model.Dim], context = parameters["din.W_c"].Times(target);
        foreach (Item item in History(sample))
        {
            double[] product = [.. item.Row.Select((value, d) => value * target[d])];
            double[] own = parameters["din.W_e"].Times(item.Row), crossed = parameters["din.W_x"].Times(product);
            double weight = parameters["din.b_z"].Values[0];
            for (int unit = 0; unit < own.Length; unit++)
            {
                double pre = own[unit] + context[unit] + crossed[unit] + parameters["din.b"].Values[unit];
                weight += parameters["din.z"].Values[unit] * outcome.Prelu(pre, parameters["din.slope"].Values[unit]);
            }

            AddScaled(sum, item.Row, weight);
        }

        return sum;
    }

    /// <summary>The auxiliary loss: one term for each sample that has two items or more, the most recent of them with an output row.</summary>
    public double AuxiliaryLoss(IReadOnlyList<ReferenceSample> samples, ReferenceOutcome outcome)
    {
        double sum = 0;
        int count = 0;
        foreach (ReferenceSample sample in samples)
        {
            Item[] history = History(sample);
            if (history.Length < 2 || parameters.Row("(output)", history[0].Id) is not { } positive)
            {
                continue;
            }

            Item[] rest = history[1..];
            int shift = _options.Positions == AuxiliaryPositions.Keep ? 0 : rest[0].Place;
            double[] user = User([.. rest.Select(item => item with { Place = item.Place - shift })], outcome);
            double term = LogSigmoid(ReferenceTensor.Dot(user, positive));
            foreach (ulong negative in sample.Negatives)
            {
                term += LogSigmoid(-ReferenceTensor.Dot(user, parameters.Row("(output)", negative)!));
            }

            sum -= term;
            count++;
        }

        return count == 0 ? 0 : sum / count;
    }

    // Items with a row; places count all.
    private Item[] History(ReferenceSample sample) =>
    [
        .. sample.History.Take(scene.History.Length)
            .Select((item, place) => (item.Item, Row: parameters.Row(_items, item.Item), place, item.Behaviour))
            .Where(item => item.Row is not null)
            .Select(item => new Item(item.Item, item.Row!, item.place, scene.History.Behaviours.ToList().IndexOf(item.Behaviour))),
    ];

    private double[] User(Item[] history, ReferenceOutcome outcome)
    {
        double[] scores = [.. history.Select(item => Score("u2i", item, null))], weights = Softmax(scores);
        double[] pooled = new double[scene.Model.Dim];
        for (int l = 0; l < history.Length; l++)
        {
            AddScaled(pooled, history[l].Row, weights[l]);
        }

        double[] pre = parameters["u2i.W_u"].Times(pooled);
        return [.. pre.Select((value, d) => Activate(value + parameters["u2i.b_u"].Values[d], d, outcome))];
    }

    private (double[] Interest, double Sum) ItemToItem(Item[] history, double[] target)
    {
        double[] scores = [.. history.Select(item => Score("i2i", item, target))], weights = Softmax(scores);
        double[] pooled = new double[scene.Model.Dim];
        for (int l = 0; l < history.Length; l++)
        {
            AddScaled(pooled, history[l].Row, weights[l]);
        }

        return (pooled, scores.Sum());
    }

    private double Score(string name, Item item, double[]? target)
    {
        double[] pre = [.. parameters[name + ".b"].Values];
        AddScaled(pre, parameters[name + ".W_e"].Times(item.Row), 1);
        AddScaled(pre, parameters[name + ".W_p"].Times(parameters["pos"].Row(item.Place)), 1);
        if (name == "u2i" && _options.UsesBehaviours(scene.History))
        {
            AddScaled(pre, parameters["u2i.W_c"].Times(parameters["behaviour"].Row(item.Behaviour)), 1);
        }

        if (target is not null)
        {
            AddScaled(pre, parameters[name + ".W_c"].Times(target), 1);
        }

        return ReferenceTensor.Dot(parameters[name + ".z"].Values, [.. pre.Select(Math.Tanh)]);
    }

    private double Activate(double value, int unit, ReferenceOutcome outcome) => _options.Activation switch
    {
        AttentionActivation.Relu => outcome.Relu(value),
        AttentionActivation.PRelu => outcome.Prelu(value, parameters["u2i.slope"].Values[unit]),
        AttentionActivation.Identity => value,
        _ => Math.Tanh(value),
    };

    private static double[] Softmax(double[] scores)
    {
        double top = scores.DefaultIfEmpty().Max();
        double[] powers = [.. scores.Select(score => Math.Exp(score - top))];
        double sum = powers.Sum();
        return [.. powers.Select(power => power / sum)];
    }

    private static double LogSigmoid(double x) => x >= 0 ? -double.LogP1(Math.Exp(-x)) : x - double.LogP1(Math.Exp(x));

    private static void AddScaled(double[] target, double[] operand, double scale)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] += scale * operand[i];
        }
    }

    private sealed record Item(ulong Id, double[] Row, int Place, int Behaviour);
}
