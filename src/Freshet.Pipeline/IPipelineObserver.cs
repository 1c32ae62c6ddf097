using Freshet.Core.Events;
using Freshet.Core.Versions;
using Freshet.Pipeline.Intake;
using Freshet.Pipeline.Tracks;
using Freshet.Samples;
using Freshet.Training.Gates;

namespace Freshet.Pipeline;

/// <summary>Watches a pipeline: progressive validation, other attributions on the same stream, logs. Changes nothing of it.</summary>
/// <remarks>All calls come from the thread of the driver, in the order of the stream.</remarks>
public interface IPipelineObserver : IIntakeObserver
{
    /// <summary>
    /// Whether the observer reads days of <see cref="LearningPipeline.Samples"/> that training no longer needs. Then every day stays to the
    /// end, and memory grows with the stream. Asked once, when the pipeline is made. Default: false.
    /// </summary>
    bool NeedsAllDays => false;

    /// <summary>The pipeline was made; nothing has arrived.</summary>
    void OnAttached(LearningPipeline pipeline)
    {
    }

    /// <summary>The first event has arrived.</summary>
    /// <param name="baseUntil">Last day of the first base's samples.</param>
    void OnStarted(DateOnly baseUntil)
    {
    }

    /// <summary>An impression got its feature vector, and is about to be joined.</summary>
    /// <param name="impression">Good until this returns.</param>
    /// <param name="row">Row of <see cref="LearningPipeline.Samples"/>.</param>
    void OnFeatures(BehaviourEvent impression, int row)
    {
    }

    /// <inheritdoc/>
    void IIntakeObserver.OnEvent(BehaviourEvent e, int row, JoinOutcome outcome)
    {
    }

    /// <summary>The samples were attributed at a cutoff; nothing of them is learnt yet.</summary>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="endedDay">The day whose labels a base learns now; null at other cutoffs.</param>
    void OnCut(long cutoff, DateOnly? endedDay)
    {
    }

    /// <summary>A track has learnt.</summary>
    /// <param name="track">The track.</param>
    /// <param name="kind">A base or an increment.</param>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="samples">Samples learnt, each pass counted.</param>
    void OnTrained(ModelTrack track, VersionKind kind, long cutoff, long samples)
    {
    }

    /// <summary>The gates have judged what a track has learnt.</summary>
    void OnJudged(ModelTrack track, GateReport gates)
    {
    }

    /// <summary>A version was published, and goes live later.</summary>
    void OnPublished(ModelTrack track, ModelVersion version)
    {
    }

    /// <summary>A version was refused; what was live stays.</summary>
    void OnRefused(ModelTrack track, Refusal refusal)
    {
    }

    /// <summary>Versions are about to go live: all that was shown so far was ranked by what is live now.</summary>
    /// <param name="at">ms since the epoch.</param>
    void OnSwapping(long at)
    {
    }

    /// <summary>A version went live.</summary>
    void OnSwapped(ModelTrack track)
    {
    }

    /// <summary>The stream has ended, and every sample has its final labels.</summary>
    void OnFinished()
    {
    }

    /// <summary>Writes what the observer has seen, for a checkpoint.</summary>
    /// <param name="writer">Gets it.</param>
    /// <param name="everything">Whether what was written before is written again.</param>
    void Save(BinaryWriter writer, bool everything)
    {
    }

    /// <summary>Reads what <see cref="Save"/> wrote over what there is, into a new observer.</summary>
    void Restore(BinaryReader reader)
    {
    }

    /// <summary>The pipeline and all observers are as they were when the checkpoint was made.</summary>
    void OnRestored()
    {
    }
}
