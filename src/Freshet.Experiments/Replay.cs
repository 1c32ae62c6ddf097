using Freshet.Core.Events;
using Freshet.Experiments.Evaluation;
using Freshet.Experiments.Reports;
using Freshet.Features;
using Freshet.Pipeline.Checkpoints;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Experiments;

/// <summary>The whole loop over a recorded log: every impression is judged by what was live when it was shown.</summary>
public static class Replay
{
    private const int EventsPerProgress = 2_000;

    /// <summary>Runs <paramref name="source"/> through the loop, to its end.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="source">Events in order of arrival; read to the end, not disposed.</param>
    /// <param name="options">Arms and times.</param>
    /// <param name="time">Measures what the run costs.</param>
    /// <param name="export">Every event is written here too; null for none.</param>
    /// <param name="progress">Told how far the run is; null for nobody.</param>
    /// <param name="cancellation">Ends the run with an <see cref="OperationCanceledException"/>.</param>
    public static ReplayReport Run(
        Scene scene, IEventSource source, LoopOptions options, TimeProvider time, IEventSink? export = null,
        Action<LoopProgress>? progress = null, CancellationToken cancellation = default) =>
        Run(scene, source, options, time, export, progress, judged: null, cancellation);

    /// <summary>As the other; <paramref name="judged"/> looks at the loop before it goes.</summary>
    internal static ReplayReport Run(
        Scene scene, IEventSource source, LoopOptions options, TimeProvider time, IEventSink? export,
        Action<LoopProgress>? progress, Action<ObservedPipeline, JudgedRows>? judged, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(time);
        long start = time.GetTimestamp();
        using var loop = new ObservedPipeline(scene, options, time, cancellation);
        using var metrics = new JoinMetrics(scene, loop.Pipeline.Joiner);
        using var featureMetrics = new FeatureMetrics(scene, loop.Pipeline.Features);
        using PipelineCheckpoints? checkpoints = options.Checkpoints is { } store
            ? new PipelineCheckpoints(loop.Pipeline, source, store, options.Job, options.CheckpointEvery, time, options.Warn, cancellation)
            : null;
        checkpoints?.Begin();
        if (checkpoints?.ResumedAfter is > 0 and var events)
        {
            options.Warn?.Invoke(FormattableString.Invariant($"Resumed from the checkpoint after {events:N0} events."));
        }

        var arrived = new BehaviourEvent();
        while (source.TryRead(arrived))
        {
            export?.Write(arrived);
            loop.Take(arrived);
            checkpoints?.OnTaken(arrived);
            if (loop.Pipeline.EventCount % EventsPerProgress == 0)
            {
                progress?.Invoke(loop.Progress("replay"));
            }
        }

        loop.Pipeline.Joiner.Counters.AddMalformed(source.Malformed);
        loop.Finish();
        progress?.Invoke(loop.Progress("evaluate"));
        JudgedRows rows = JudgedRows.Collect(loop.Labels.Final, loop.Predictions);
        judged?.Invoke(loop, rows);
        ReplayReport report = ReportBuilder.Build(scene, loop, rows, loop.Labels.Final, online: null, time.GetElapsedTime(start));
        checkpoints?.Clear();
        return report;
    }
}
