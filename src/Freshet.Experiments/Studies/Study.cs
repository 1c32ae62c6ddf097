using System.Diagnostics;
using Freshet.Core.Events;
using Freshet.Experiments.Evaluation;
using Freshet.Experiments.Reports;
using Freshet.Scenes;

namespace Freshet.Experiments.Studies;

/// <summary>One log, several settings, one table.</summary>
public static class Study
{
    /// <summary>Replays the log once for each rule of admission (<see cref="AdmissionLadder"/>), one after the other.</summary>
    /// <param name="scene">The scene that the rules change.</param>
    /// <param name="open">Opens the log from its start; called once a rule.</param>
    /// <param name="options">With one arm. Each rule's models go when its replay is over.</param>
    /// <param name="time">Measures what the runs cost.</param>
    /// <param name="progress">Told how far a run is; null for nobody.</param>
    /// <param name="cancellation">Ends the study with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">There is not exactly one arm.</exception>
    public static StudyReport Admission(
        Scene scene, Func<IEventSource> open, LoopOptions options, TimeProvider time,
        Action<LoopProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Tracks.Count == 1
            ? Run("admission", AdmissionLadder.Of(scene), scene, open, options, time, progress, cancellation)
            : throw new ArgumentException($"Rules of admission are compared at one update frequency; there are {options.Tracks.Count}.", nameof(options));
    }

    /// <summary>Replays the log once, with every update frequency of <paramref name="options"/> side by side.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="open">Opens the log.</param>
    /// <param name="options">Its arms are the lines of the table. Their models go when the replay is over.</param>
    /// <param name="time">Measures what the run costs.</param>
    /// <param name="progress">Told how far the run is; null for nobody.</param>
    /// <param name="cancellation">Ends the study with an <see cref="OperationCanceledException"/>.</param>
    public static StudyReport Frequency(
        Scene scene, Func<IEventSource> open, LoopOptions options, TimeProvider time,
        Action<LoopProgress>? progress = null, CancellationToken cancellation = default) =>
        Run("frequency", [new StudyVariant("", given => given)], scene, open, options, time, progress, cancellation);

    /// <summary>One replay a variant; the lines of one with an empty name are named by their arms.</summary>
    internal static StudyReport Run(
        string name, IReadOnlyList<StudyVariant> variants, Scene scene, Func<IEventSource> open, LoopOptions options, TimeProvider time,
        Action<LoopProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(open);
        long start = time.GetTimestamp();
        List<StudyRow> rows = [];
        var pairs = new VariantPairs(scene);
        ReplayReport? report = null;
        foreach ((int number, StudyVariant variant) in variants.Index())
        {
            string phase = variants.Count == 1 ? name : $"{name} {number + 1}/{variants.Count} {variant.Name}";
            report = Replay(variant, scene, open, options, time, told => progress?.Invoke(told with { Phase = phase }), (loop, judged) =>
            {
                rows.AddRange(loop.Tracks.Select((arm, index) => StudyRows.Of(variant.Name.Length == 0 ? arm.Plan.Name : variant.Name, loop, judged, index)));
                if (variants.Count > 1)
                {
                    pairs.Add(variant.Name, judged);
                }
            }, cancellation);
        }

        using var process = Process.GetCurrentProcess();
        return new StudyReport
        {
            Study = name,
            Scene = report!.Scene,
            Model = report.Model,
            Restart = report.Restart,
            EvaluateFrom = report.EvaluateFrom,
            GaucGroups = report.GaucGroups,
            Arms = [.. options.Tracks.Select(track => track.Name)],
            Rows = rows,
            Differences = variants.Count > 1 ? pairs.Differences : report.Differences,
            WallSeconds = time.GetElapsedTime(start).TotalSeconds,
            PeakMemoryBytes = process.PeakWorkingSet64,
        };
    }

    private static ReplayReport Replay(
        StudyVariant variant, Scene scene, Func<IEventSource> open, LoopOptions options, TimeProvider time, Action<LoopProgress> progress,
        Action<ObservedPipeline, JudgedRows> judged, CancellationToken cancellation)
    {
        string folder = Path.Combine(options.ModelsFolder, "study");
        try
        {
            using IEventSource source = open();
            return Experiments.Replay.Run(
                variant.Change(scene), source, options with { ModelsFolder = folder, Warn = null, CountsRows = true }, time, export: null, progress, judged, cancellation);
        }
        finally
        {
            if (Directory.Exists(folder)) // not where the log could not be opened
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
