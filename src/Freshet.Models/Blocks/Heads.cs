using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Scenes;

namespace Freshet.Models.Blocks;

/// <summary>From logits to predictions and losses: the tree of tasks, and beside it the regressions.</summary>
/// <remarks>
/// A regression's logit is its prediction on the scale of its target: ln(1 + value) or the value. Its loss is half the squared error, or Huber's,
/// over the samples that have a target, divided by all samples of the batch.
/// </remarks>
internal sealed class Heads
{
    private readonly int[] _parents;
    private readonly float[] _taskWeights;
    private readonly IReadOnlyList<Regression> _regressions;
    private readonly int _tasks;
    private readonly int _heads;
    private readonly float[] _corrections;
    private readonly bool _undoesFakeNegatives;

    public Heads(ModelShape shape)
    {
        _parents = shape.Parents;
        _taskWeights = shape.TaskWeights;
        _regressions = shape.Scene.Regressions;
        _tasks = shape.Tasks;
        _heads = shape.Heads;
        _corrections = shape.LogitCorrections;
        _undoesFakeNegatives = shape.Scene.Training.DelayedLoss == DelayedLoss.Fnc;
    }

    /// <summary>Probabilities of the tasks.</summary>
    /// <param name="logits">[count × heads].</param>
    /// <param name="count">Samples.</param>
    /// <param name="probabilities">[count × T], written.</param>
    public void Predict(Span<float> logits, int count, Span<float> probabilities)
    {
        Span<float> tree = stackalloc float[ModelShape.MostHeads];
        tree = tree[.._tasks];
        for (int sample = 0; sample < count; sample++)
        {
            logits.Slice(sample * _heads, _tasks).CopyTo(tree);
            Kernels.Vectors.Add(tree, _corrections);
            BehaviourTreeLoss.Predict(tree, _parents, probabilities.Slice(sample * _tasks, _tasks));
        }

        if (_undoesFakeNegatives)
        {
            UndoFakeNegatives(probabilities[..(count * _tasks)]);
        }
    }

    /// <summary>Values of the regressions, in the units of their events.</summary>
    /// <param name="logits">[count × heads].</param>
    /// <param name="count">Samples.</param>
    /// <param name="values">[count × R], written.</param>
    public void PredictValues(ReadOnlySpan<float> logits, int count, Span<float> values)
    {
        for (int sample = 0; sample < count; sample++)
        {
            for (int r = 0; r < _regressions.Count; r++)
            {
                values[(sample * _regressions.Count) + r] = (float)_regressions[r].Unscaled(logits[(sample * _heads) + _tasks + r]);
            }
        }
    }

    /// <summary>Losses and their gradients of the samples <c>[first .. first + count]</c>, one piece of work.</summary>
    public void Learn(Pass pass, LearnBatch batch, int first, int count)
    {
        double loss = 0;
        for (int sample = first; sample < first + count; sample++)
        {
            Span<float> own = pass.Logits.Slice(sample * _heads, _heads), ownGradients = pass.LogitGradients.Slice(sample * _heads, _heads);
            ReadOnlySpan<float> weights = batch.Weights.IsEmpty ? [] : batch.Weights.Slice(sample * _tasks, _tasks);
            loss += BehaviourTreeLoss.Learn(
                own[.._tasks], batch.Labels.Slice(sample * _tasks, _tasks), weights, _parents, _taskWeights, ownGradients[.._tasks]);
            for (int r = 0; r < _regressions.Count; r++)
            {
                loss += LearnValue(_regressions[r], own[_tasks + r], batch.Targets[(sample * _regressions.Count) + r], out ownGradients[_tasks + r]);
            }
        }

        int piece = first / Pass.Piece;
        pass.Losses[piece] = loss;
        pass.IsFinite[piece] = Kernels.Vectors.AllFinite(pass.Logits.Slice(first * _heads, count * _heads));
    }

    /// <summary>
    /// Fake negative calibration (Ktena et al., RecSys 2019, https://arxiv.org/abs/1907.06558, section 3.2): learnt was b = p ÷ (1 + p), so
    /// p = b ÷ (1 − b), at most 1.
    /// </summary>
    private static void UndoFakeNegatives(Span<float> probabilities)
    {
        foreach (ref float probability in probabilities)
        {
            probability = probability < 0.5f ? probability / (1 - probability) : float.IsNaN(probability) ? probability : 1;
        }
    }

    private static double LearnValue(Regression regression, float prediction, float target, out float gradient)
    {
        gradient = 0;
        if (float.IsNaN(target))
        {
            return 0;
        }

        double error = prediction - regression.Scaled(target), weight = regression.LossWeight, delta = regression.HuberDelta;
        if (regression.Loss == RegressionLoss.Huber && Math.Abs(error) > delta)
        {
            gradient = (float)(weight * Math.CopySign(delta, error));
            return weight * delta * (Math.Abs(error) - (delta / 2));
        }

        gradient = (float)(weight * error);
        return weight * error * error / 2;
    }
}
