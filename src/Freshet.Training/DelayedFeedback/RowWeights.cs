using Freshet.Core.Samples;
using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Training.DelayedFeedback;

/// <summary>Weighs the rows of a batch by <see cref="EmissionWeights"/>, with what the model itself says of them just before it learns them.</summary>
/// <remarks>Costs one forward pass a batch. Buffers are kept: nothing is allocated in steady state. One a thread.</remarks>
internal sealed class RowWeights
{
    private readonly int _tasks;
    private readonly LateLabels? _lateLabels;
    private readonly ModelWorkspace _workspace = new();
    private readonly ModelWorkspace _lateWorkspace = new();
    private float[] _probabilities = [];
    private float[] _shares = [];

    private RowWeights(Scene scene)
    {
        _tasks = scene.Behaviours.Count;
        _lateLabels = scene.Training.DelayedLoss == DelayedLoss.EsDfm ? new LateLabels(scene) : null;
    }

    /// <summary>Of a scene whose loss weighs rows; null where it does not.</summary>
    public static RowWeights? For(Scene scene) => scene.Training.DelayedLoss is DelayedLoss.Plain or DelayedLoss.Fnc
        ? null
        : new RowWeights(scene);

    /// <summary>Begins a batch.</summary>
    public void Clear() => _lateLabels?.Clear();

    /// <summary>Adds a row of the batch.</summary>
    public void Add(SnapshotColumns features, in LabelledSample sample) => _lateLabels?.Add(features, sample);

    /// <summary>Multiplies the weights of the batch. Then the share of late labels is learnt from it.</summary>
    /// <param name="model">The model before the step.</param>
    /// <param name="batch">Its rows, those that were added.</param>
    /// <param name="phase">Base or increment.</param>
    /// <param name="lateShares">[T] share of each task's positives that come after the first row; empty: all.</param>
    public void Weigh(TrainedModel model, LearnBatch batch, LearnPhase phase, ReadOnlySpan<double> lateShares)
    {
        int count = batch.Count * _tasks;
        if (_probabilities.Length < count)
        {
            _probabilities = new float[count];
            _shares = new float[count];
        }

        Span<float> probabilities = _probabilities.AsSpan(0, count), shares = _shares.AsSpan(0, count);
        model.Model.Predict(batch.Features, 0, batch.Count, probabilities, _workspace, referenceBias: false);
        _lateLabels?.Predict(model, batch, shares, _lateWorkspace);
        Span<float> weights = batch.UseWeights();
        ReadOnlySpan<float> labels = batch.Labels;
        for (int i = 0; i < count; i++)
        {
            double share = _lateLabels is not null ? shares[i] : lateShares.IsEmpty ? 1 : lateShares[i % _tasks];
            double late = probabilities[i] * share;
            weights[i] *= (float)(labels[i] != 0 ? EmissionWeights.Positive(late) : EmissionWeights.Negative(probabilities[i], late));
        }

        _lateLabels?.Learn(model, batch, phase);
    }
}
