using Freshet.Core.Events;
using Freshet.Experiments.Reports;
using Freshet.Samples.Checkpoints;
using Freshet.Samples.Running;
using Freshet.Scenes;

namespace Freshet.Experiments.Joining;

/// <summary>A join of a scene with its features, from events to sample files and a report; its checkpoints lie beside the sample files.</summary>
public sealed class FileJoin
{
    private readonly Scene _scene;
    private readonly JoinRunOptions _options;
    private readonly JoinRun _run;

    /// <summary>A join that has read nothing yet.</summary>
    /// <param name="scene">The scene; its mode is the join's.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="folder">Gets the sample files, in a folder named by the scene.</param>
    /// <param name="warn">Told when a checkpoint cannot be used and an older one is; null for nobody.</param>
    /// <exception cref="Freshet.Samples.Files.SampleFileException">The folder cannot be read, or has a later cutoff.</exception>
    public FileJoin(Scene scene, JoinRunOptions options, string folder, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _scene = scene;
        _options = options;
        var checkpoints = new CheckpointFolder(Path.Combine(folder, scene.Name, "checkpoints"), scene, warn);
        _run = new JoinRun(scene, options, folder, checkpoints, new StageFeatures(scene));
    }

    /// <summary>Whether the events read now arrived after the cutoff: malformed lines beside them do not count either.</summary>
    public bool IsPastCutoff => _run.IsPastCutoff;

    /// <summary>Reads <paramref name="source"/> to its end and writes the samples.</summary>
    /// <param name="source">Events in order of arrival, from the first one, also when the join is started again; not disposed.</param>
    /// <param name="time">Measures what the join costs.</param>
    /// <param name="progress">Told how far it is; null for nobody.</param>
    /// <param name="cancellation">Ends it behind a checkpoint, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CheckpointException">Checkpoints cannot be used or written, or memory is over its budget.</exception>
    /// <exception cref="Freshet.Samples.Files.SampleFileException">The samples cannot be written; no cutoff is half there.</exception>
    public JoinReport Run(
        IEventSource source, TimeProvider time, Action<LoopProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(time);
        long start = time.GetTimestamp();
        _run.Run(source, (events, at) => progress?.Invoke(new LoopProgress(at, events, 0, "join")), cancellation);
        return JoinReport.Of(_scene, _options, _run, time.GetElapsedTime(start));
    }
}
