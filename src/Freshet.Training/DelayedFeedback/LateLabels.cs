using Freshet.Core.Samples;
using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Training.DelayedFeedback;

/// <summary>Learns s(x) = P(the label comes after the first row | it comes, x) of every task, a logistic regression over the slots.</summary>
/// <remarks>
/// Every positive is in the stream exactly once: in its first row, where it came in time, or in a row of its own, where it came late. So s is learnt
/// from the positive rows as they pass, without waiting for labels to settle. ES-DFM trains its p_dp and p_rn beforehand, on old data; ours are
/// p_dp = p·s, with p of the ranking model. It looks at no horizon and counts nothing ahead: its slots with Poisson admission admit at the threshold, and those
/// with <c>count: batch</c> from the sighting that reaches it on.
/// </remarks>
internal sealed class LateLabels
{
    private readonly Scene _scene;
    private readonly LearnBatch _batch;
    private readonly float[] _noTargets;
    private readonly float[] _weights;
    private bool _hasPositives;

    public LateLabels(Scene scene)
    {
        _scene = SceneOf(scene);
        _batch = new LearnBatch(scene.SnapshotSchema(), scene.Training.BatchSize);
        _noTargets = [.. Enumerable.Repeat(float.NaN, scene.Regressions.Count)];
        _weights = new float[scene.Behaviours.Count];
    }

    /// <summary>The scene of its model.</summary>
    public static Scene SceneOf(Scene scene) => scene with
    {
        Model = scene.Model with { Name = "lr", Tasks = TaskLinks.Roots, PositionBias = false },
        Training = scene.Training with { DelayedLoss = DelayedLoss.Plain, NegativesKept = 1 },
    };

    /// <summary>Begins a batch.</summary>
    public void Clear()
    {
        _batch.Clear();
        _hasPositives = false;
    }

    /// <summary>Adds a row of the batch that the ranking model learns.</summary>
    public void Add(SnapshotColumns features, in LabelledSample sample)
    {
        uint positive = sample.Labels & sample.Taught;
        if (positive == 0)
        {
            return;
        }

        for (int task = 0; task < _weights.Length; task++)
        {
            _weights[task] = positive >> task & 1;
        }

        _hasPositives = true;
        _batch.Add(features, sample.Row, sample.Kind == EmissionKind.Positive ? positive : 0, _noTargets, _weights);
    }

    /// <summary>[rows × T] s of the rows of a batch.</summary>
    public void Predict(TrainedModel model, LearnBatch batch, Span<float> shares, ModelWorkspace workspace) =>
        Of(model).Predict(batch.Features, 0, batch.Count, shares, workspace, referenceBias: false);

    /// <summary>Learns the rows that were added of a batch, after its shares were predicted.</summary>
    public void Learn(TrainedModel model, LearnBatch batch, LearnPhase phase)
    {
        if (_hasPositives)
        {
            (_batch.Day, _batch.IsRepeat) = (batch.Day, batch.IsRepeat);
            _batch.FullCount = (int)((long)_batch.Count * batch.FullCount / batch.Count);
            _ = Of(model).Learn(_batch, phase);
        }
    }

    private RankingModel Of(TrainedModel model) => model.LateLabels ??= RankingModel.Create(_scene);
}
