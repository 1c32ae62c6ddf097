using Freshet.Core.Events;
using Freshet.Core.Scenes;
using Freshet.Experiments.Reports;

namespace Freshet.Experiments.Joining;

/// <summary>A join from events to sample files: reads, adds, cuts, writes.</summary>
public sealed class JoinRun
{
    private const int EventsPerProgress = 20_000;
    private readonly Scene _scene;
    private readonly JoinOptions _options;
    private readonly JoinStage _stage;
    private readonly JoinOutput _output;

    /// <summary>A join that has read nothing yet.</summary>
    /// <param name="scene">The scene; its mode is the join's.</param>
    /// <param name="options">Cutoff and end.</param>
    /// <param name="folder">Gets the sample files, in a folder named by the scene.</param>
    /// <exception cref="Freshet.Samples.Files.SampleFileException">The folder cannot be read, or has a later cutoff.</exception>
    public JoinRun(Scene scene, JoinOptions options, string folder)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _scene = scene;
        _options = options;
        _stage = new JoinStage(scene, options);
        _output = new JoinOutput(folder, scene, options.Cutoff);
    }

    /// <summary>Whether the events read now arrived after the cutoff: malformed lines beside them do not count either.</summary>
    public bool IsPastCutoff => _stage.IsPastCutoff;

    /// <summary>Reads <paramref name="source"/> to its end and writes the samples.</summary>
    /// <param name="source">Events in order of arrival; not disposed.</param>
    /// <param name="time">Measures what the run costs.</param>
    /// <param name="progress">Told how far the run is; null for nobody.</param>
    /// <param name="cancellation">Ends the run with an <see cref="OperationCanceledException"/>; nothing is written.</param>
    /// <exception cref="Freshet.Samples.Files.SampleFileException">The samples cannot be written; no cutoff is half there.</exception>
    public JoinReport Run(
        IEventSource source, TimeProvider time, Action<LoopProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(time);
        long start = time.GetTimestamp();
        Read(source, progress, cancellation);
        _stage.Finish();
        bool isNew = _stage.At != long.MinValue && _output.TryWrite(_stage.At, _stage.Samples);
        return JoinReport.Of(_scene, _options, _stage, isNew, time.GetElapsedTime(start));
    }

    private void Read(IEventSource source, Action<LoopProgress>? progress, CancellationToken cancellation)
    {
        var arrived = new BehaviourEvent();
        long? malformed = null;
        for (long read = 1; source.TryRead(arrived); read++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_stage.Accept(arrived) is null)
            {
                malformed ??= source.Malformed; // those before the first event that does not count
            }

            if (read % EventsPerProgress == 0)
            {
                progress?.Invoke(new LoopProgress(arrived.At, read, 0, "join"));
            }
        }

        _stage.Counters.AddMalformed(malformed ?? source.Malformed);
    }
}
