using Freshet.Core.Events;
using Freshet.Pipeline.Checkpoints;

namespace Freshet.Pipeline.Drivers;

/// <summary>Drives a pipeline by event time: what is due before an event is done before it is taken in.</summary>
/// <remarks>Training happens on the caller's thread, between two events. Not thread-safe.</remarks>
/// <param name="pipeline">The pipeline; not disposed.</param>
/// <param name="cancellation">Ends the run between two steps of training or two events, with an <see cref="OperationCanceledException"/>.</param>
public sealed class ReplayDriver(LearningPipeline pipeline, CancellationToken cancellation = default)
{
    /// <summary>Reads a source to its end, with checkpoints: killed anywhere, the run continues from the last one when it is started again.</summary>
    /// <param name="source">The input, at its start.</param>
    /// <param name="checkpoints">Of the same pipeline and source.</param>
    /// <param name="taken">Called after each event; null for nobody.</param>
    public void Run(IEventSource source, PipelineCheckpoints checkpoints, Action<BehaviourEvent>? taken = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(checkpoints);
        checkpoints.Begin();
        var arrived = new BehaviourEvent();
        while (source.TryRead(arrived))
        {
            Take(arrived);
            checkpoints.OnTaken(arrived);
            taken?.Invoke(arrived);
        }
    }

    /// <summary>Takes in the event that arrived next.</summary>
    public void Take(BehaviourEvent arrived)
    {
        ArgumentNullException.ThrowIfNull(arrived);
        cancellation.ThrowIfCancellationRequested();
        if (pipeline.TimeAfter(arrived) is var now && now > pipeline.Now)
        {
            AdvanceTo(now);
        }

        _ = pipeline.Take(arrived);
    }

    /// <summary>Does what is due before <paramref name="now"/>, ms since the epoch.</summary>
    public void AdvanceTo(long now)
    {
        while (pipeline.TryNext(now, out PipelineWork work))
        {
            if (work.Kind == WorkKind.Swap)
            {
                pipeline.Swap(work);
                continue;
            }

            pipeline.Cut(work);
            pipeline.Tracks.Train(work.At, pipeline.Samples, cancellation);
        }
    }
}
