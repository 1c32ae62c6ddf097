using Freshet.Core.Events;

namespace Freshet.Pipeline.Drivers;

/// <summary>Drives a pipeline by event time: what is due before an event is done before it is taken in.</summary>
/// <remarks>Training happens on the caller's thread, between two events. Not thread-safe.</remarks>
/// <param name="pipeline">The pipeline; not disposed.</param>
/// <param name="cancellation">Ends the run between two steps of training or two events, with an <see cref="OperationCanceledException"/>.</param>
public sealed class ReplayDriver(LearningPipeline pipeline, CancellationToken cancellation = default)
{
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
