using Freshet.Core.Checkpoints;
using Freshet.Core.Events;
using Freshet.Core.Ports;
using Freshet.Scenes;

namespace Freshet.Pipeline.Checkpoints;

/// <summary>
/// The checkpoints of a pipeline: all stages and the position of the input in one, every so often. A run that was killed continues from the
/// last one, and its samples, versions and reports end as if nothing had happened.
/// </summary>
/// <remarks>
/// Processing time decides when a checkpoint is made, never what is in it. Versions are in their stores; those that a checkpoint needs stay
/// there. For the driver's thread.
/// </remarks>
public sealed class PipelineCheckpoints : IDisposable
{
    private readonly LearningPipeline _pipeline;
    private readonly CheckpointChain _chain;
    private readonly TimeProvider _time;
    private readonly TimeSpan _every;
    private readonly PositionStage _position;
    private readonly ICheckpointStage[] _stages;
    private readonly CheckpointMetrics _metrics;
    private long _madeAt;

    /// <summary>Checkpoints of a pipeline that has seen nothing yet.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="source">Its input, at its start.</param>
    /// <param name="store">Gets the checkpoints; of this run alone.</param>
    /// <param name="job">Names everything that the state depends on beside the scene, as in arms and days.</param>
    /// <param name="every">Time between checkpoints.</param>
    /// <param name="time">Says when one is due.</param>
    /// <param name="warn">Told when a checkpoint cannot be used and an older one is; null for nobody.</param>
    /// <param name="cancellation">Ends the reading of an input that cannot be moved.</param>
    public PipelineCheckpoints(
        LearningPipeline pipeline, IEventSource source, ICheckpointStore store, string job, TimeSpan every, TimeProvider time,
        Action<string>? warn = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(time);
        (_pipeline, _time, _every) = (pipeline, time, every);
        _chain = new CheckpointChain(store, SceneHash.Of(pipeline.Scene), warn);
        _position = new PositionStage(source, job, cancellation);
        _stages = [_position, new RowStage(store, pipeline.Samples), pipeline];
        _metrics = new CheckpointMetrics(pipeline.Scene, _chain);
    }

    /// <summary>Events after which the run continued; 0 where it began at the start.</summary>
    public long ResumedAfter { get; private set; }

    /// <summary>Checkpoints begun.</summary>
    public int Count => _chain.Count;

    /// <summary>Brings pipeline and input to the newest checkpoint that is whole, or to the start.</summary>
    /// <exception cref="CheckpointException">There are checkpoints, and none of them can be used.</exception>
    public void Begin()
    {
        if (_chain.TryRestore(_stages))
        {
            ResumedAfter = _position.Count;
        }
        else
        {
            _pipeline.Tracks.BeginVersions();
        }

        _madeAt = _time.GetTimestamp();
    }

    /// <summary>Takes note of an event that was taken in, and begins a checkpoint where one is due.</summary>
    /// <exception cref="CheckpointException">The checkpoint before could not be written.</exception>
    public void OnTaken(BehaviourEvent e)
    {
        _position.Add(e);
        if (_time.GetElapsedTime(_madeAt) >= _every && !_chain.IsWriting && _pipeline.IsSettled)
        {
            Make();
        }
    }

    /// <summary>Removes the checkpoints: the run has ended.</summary>
    public void Clear()
    {
        _chain.Clear();
        _pipeline.Tracks.ReleaseVersions();
    }

    /// <summary>Ends without a further checkpoint; one that is being written is finished.</summary>
    public void Dispose()
    {
        _chain.Abandon();
        _metrics.Dispose();
    }

    private void Make()
    {
        _chain.Begin(_stages);
        _madeAt = _time.GetTimestamp();
    }
}
