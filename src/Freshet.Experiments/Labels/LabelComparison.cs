using Freshet.Core.Checkpoints;
using Freshet.Core.Events;
using Freshet.Pipeline;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Experiments.Labels;

/// <summary>
/// Attributes the stream of a pipeline in two more ways: cumulative, which gives the final labels, and by the window that the scene's way is
/// judged against. All point at the feature vectors of the pipeline.
/// </summary>
internal sealed class LabelComparison : IPipelineObserver
{
    private readonly AttributionMode _mode;
    private readonly Joiner? _cumulative;
    private readonly Joiner? _window;
    private readonly List<(DateOnly Day, TrainingRows Window, TrainingRows Scene)> _dayEnds = [];
    private SampleTable _cumulativeSamples;
    private SampleTable _windowSamples;
    private readonly SampleTableState _cumulativeState;
    private readonly SampleTableState _windowState;
    private LearningPipeline _pipeline = null!;

    public LabelComparison(Scene scene)
    {
        _mode = scene.Attribution.Mode;
        _cumulative = _mode == AttributionMode.Cumulative ? null : JoinerOf(scene, AttributionMode.Cumulative);
        _window = _mode == AttributionMode.Window ? null : JoinerOf(scene, AttributionMode.Window);
        _cumulativeSamples = new SampleTable(scene);
        _windowSamples = new SampleTable(scene);
        (_cumulativeState, _windowState) = (new SampleTableState(_cumulativeSamples), new SampleTableState(_windowSamples));
    }

    /// <summary>One sample per identity with its final labels, when the stream has ended.</summary>
    public SampleTable Final => _cumulativeSamples;

    /// <summary>The samples of the pipeline are the final labels, or are compared with them.</summary>
    public bool NeedsAllDays => true;

    public void OnAttached(LearningPipeline pipeline)
    {
        _pipeline = pipeline;
        _cumulativeSamples = _cumulative is null ? pipeline.Samples : _cumulativeSamples;
        _windowSamples = _window is null ? pipeline.Samples : _windowSamples;
    }

    public bool WantsFeatures(BehaviourEvent e) => _cumulative?.WantsSnapshot(e) == true || _window?.WantsSnapshot(e) == true;

    public void OnEvent(BehaviourEvent e, int row, JoinOutcome outcome)
    {
        _ = _window?.Add(e, row);
        _ = _cumulative?.Add(e, row);
    }

    public void OnCut(long cutoff, DateOnly? endedDay)
    {
        _cumulative?.Cut(cutoff, _cumulativeSamples);
        _window?.Cut(cutoff, _windowSamples);
        if (endedDay is { } day)
        {
            // What training saw at the end of the day, to be judged when the truth is known.
            _dayEnds.Add((day, new TrainingRows(cutoff, _windowSamples, day), new TrainingRows(cutoff, _pipeline.Samples, day)));
        }
    }

    public void OnFinished()
    {
        _cumulative?.CutAll(_cumulativeSamples);
        _window?.CutAll(_windowSamples);
    }

    /// <summary>Label accuracy over the ends of the days: of the window alone, and of the scene's attribution.</summary>
    /// <param name="truth">One sample per identity with everything that truly followed.</param>
    public (LabelAccuracy Window, LabelAccuracy Scene) Judge(SampleTable truth)
    {
        LabelAccuracy window = default, scene = default;
        foreach ((DateOnly day, TrainingRows windowRows, TrainingRows sceneRows) in _dayEnds)
        {
            window = window.Plus(windowRows.CompareWith(truth, day));
            scene = scene.Plus(sceneRows.CompareWith(truth, day));
        }

        return (window, scene);
    }

    public void Save(BinaryWriter writer, bool everything)
    {
        Save(writer, _cumulative, _cumulativeState, everything);
        Save(writer, _window, _windowState, everything);
        writer.Write(_dayEnds.Count);
        foreach ((DateOnly day, TrainingRows window, TrainingRows scene) in _dayEnds)
        {
            writer.Write(day.DayNumber);
            window.Save(writer);
            scene.Save(writer);
        }
    }

    public void Restore(BinaryReader reader)
    {
        Restore(reader, _cumulative, _cumulativeState);
        Restore(reader, _window, _windowState);
        _dayEnds.Clear();
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            _dayEnds.Add((DateOnly.FromDayNumber(reader.ReadInt32()), TrainingRows.Restore(reader), TrainingRows.Restore(reader)));
        }
    }

    public void OnRestored()
    {
        _cumulative?.EndRestore();
        _window?.EndRestore();
    }

    private static void Save(BinaryWriter writer, Joiner? joiner, SampleTableState table, bool everything)
    {
        if (joiner is null)
        {
            return; // the pipeline has it
        }

        table.Save(writer, everything);
        using var bytes = new MemoryStream();
        var checkpoint = new CheckpointWriter(bytes);
        joiner.Freeze(everything).WriteTo(checkpoint);
        checkpoint.End();
        writer.Write((int)bytes.Length);
        writer.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static void Restore(BinaryReader reader, Joiner? joiner, SampleTableState table)
    {
        if (joiner is null)
        {
            return;
        }

        table.Restore(reader);
        using var bytes = new MemoryStream(reader.ReadBytes(reader.ReadInt32()));
        using var checkpoint = new CheckpointReader(bytes, "a label comparison");
        joiner.Restore(checkpoint);
        checkpoint.End();
    }

    private static Joiner JoinerOf(Scene scene, AttributionMode mode) =>
        new(scene with { Attribution = scene.Attribution with { Mode = mode } });
}
