using Freshet.Scenes;

namespace Freshet.Tests.Models.Reference;

/// <summary>Probabilities, values and losses.</summary>
internal sealed class ReferenceHeads(Scene scene)
{
    private const double Clamp = 1e-7;
    private readonly int _tasks = scene.Behaviours.Count;
    private readonly bool _isTree = scene.Model.Tasks is { } links
        ? links == TaskLinks.Tree
        : scene.Model.Name is not ("lr" or "fm" or "wide-deep" or "deepfm");

    /// <summary>[T].</summary>
    public double[] Probabilities(double[] logits) => [.. Enumerable.Range(0, _tasks).Select(task => Probability(logits, task).P)];

    /// <summary>[R] in the units of the events.</summary>
    public double[] Values(double[] logits) => [.. scene.Regressions.Select((regression, r) =>
    {
        double scaled = logits[_tasks + r];
        return regression.Scale == TargetScale.Log1p ? Math.Sign(scaled) * (Math.Exp(Math.Abs(scaled)) - 1) : scaled;
    })];

    /// <summary>The loss of one sample.</summary>
    public double Loss(double[] logits, ReferenceSample sample, ReferenceOutcome outcome)
    {
        double loss = 0;
        for (int task = 0; task < _tasks; task++)
        {
            (double p, double q) = Probability(logits, task);
            outcome.Note(Math.Min(p, q) - Clamp);
            double y = sample.Labels[task];
            double term = -(y * Math.Log(Math.Clamp(p, Clamp, 1 - Clamp))) - ((1 - y) * Math.Log(Math.Clamp(q, Clamp, 1 - Clamp)));
            loss += scene.Behaviours[task].LossWeight * sample.Weights[task] * term;
        }

        for (int r = 0; r < scene.Regressions.Count; r++)
        {
            if (!float.IsNaN(sample.Targets[r]))
            {
                loss += scene.Regressions[r].LossWeight * Loss(scene.Regressions[r], logits[_tasks + r], sample.Targets[r], outcome);
            }
        }

        return loss;
    }

    private static double Loss(Regression regression, double prediction, double target, ReferenceOutcome outcome)
    {
        double scaled = regression.Scale == TargetScale.Log1p ? Math.Sign(target) * Math.Log(1 + Math.Abs(target)) : target;
        double distance = Math.Abs(prediction - scaled);
        if (regression.Loss != RegressionLoss.Huber)
        {
            return distance * distance / 2;
        }

        outcome.Note(distance - regression.HuberDelta);
        return distance <= regression.HuberDelta
            ? distance * distance / 2
            : regression.HuberDelta * (distance - (regression.HuberDelta / 2));
    }

    // p and 1 − p, the latter without cancellation.
    private (double P, double Q) Probability(double[] logits, int task)
    {
        (double p, double q) = _isTree && scene.Behaviours[task].Parent >= 0 ? Probability(logits, scene.Behaviours[task].Parent) : (1.0, 0.0);
        double sigmoid = 1 / (1 + Math.Exp(-logits[task])), not = 1 / (1 + Math.Exp(logits[task]));
        return (p * sigmoid, q + (p * not));
    }
}
