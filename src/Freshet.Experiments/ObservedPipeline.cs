using Freshet.Core.Events;
using Freshet.Experiments.Evaluation;
using Freshet.Experiments.Labels;
using Freshet.Pipeline;
using Freshet.Pipeline.Drivers;
using Freshet.Pipeline.Tracks;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Storage.Models;

namespace Freshet.Experiments;

/// <summary>
/// A pipeline in event time, with its observers: progressive validation, in which what was live scores every impression when it is shown, the
/// attributions that labels are judged against, and the file of refusals.
/// </summary>
/// <remarks>
/// Deterministic: the same events give the same models and scores, bit for bit. Not thread-safe. Feed it with <see cref="Take"/> in order of
/// arrival and end it with <see cref="Finish"/>.
/// </remarks>
internal sealed class ObservedPipeline : IDisposable
{
    private readonly ReplayDriver _driver;

    /// <summary>A pipeline that has seen nothing yet.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="options">Tracks, times, folders.</param>
    /// <param name="time">Measures what training costs; event time comes from the events.</param>
    /// <param name="cancellation">Ends the run between two steps with an <see cref="OperationCanceledException"/>.</param>
    public ObservedPipeline(Scene scene, LoopOptions options, TimeProvider time, CancellationToken cancellation = default)
    {
        Labels = new LabelComparison(scene);
        Predictions = new PredictionLog(scene, options.EvaluateFrom);
        Pipeline = new LearningPipeline(
            scene, options, plan => new ModelFolder(Path.Combine(options.ModelsFolder, plan.Name)), time,
            Labels, Predictions, new RefusalFile(options.ModelsFolder, options.Warn));
        _driver = new ReplayDriver(Pipeline, cancellation);
    }

    public LearningPipeline Pipeline { get; }

    public LabelComparison Labels { get; }

    public PredictionLog Predictions { get; }

    public IReadOnlyList<ModelTrack> Tracks => Pipeline.Tracks.All;

    public SampleTable Samples => Pipeline.Samples;

    /// <summary>How far it is.</summary>
    public LoopProgress Progress(string phase) => new(Pipeline.Now, Pipeline.EventCount, Pipeline.Tracks.Publishes, phase);

    /// <summary>Takes in the event that arrived next.</summary>
    public void Take(BehaviourEvent arrived) => _driver.Take(arrived);

    /// <summary>Does what is due before <paramref name="now"/>, ms since the epoch.</summary>
    public void AdvanceTo(long now) => _driver.AdvanceTo(now);

    /// <summary>Ends the stream: scores what is left and gives every sample its final labels.</summary>
    public void Finish() => Pipeline.Finish();

    /// <inheritdoc/>
    public void Dispose() => Pipeline.Dispose();
}
