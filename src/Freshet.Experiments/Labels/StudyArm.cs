using Freshet.Core.Events;
using Freshet.Pipeline.Intake;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Experiments.Labels;

/// <summary>One way to make samples, judged at every cutoff.</summary>
internal sealed class StudyArm
{
    private readonly Joiner _joiner;
    private readonly EventIntake _intake;
    private readonly SampleTable _table;

    private StudyArm(Scene scene, TimeSpan? window)
    {
        Scene = scene;
        Window = window;
        _joiner = new Joiner(scene);
        _intake = new EventIntake(_joiner, new RowNumbers());
        _table = new SampleTable(scene);
    }

    /// <summary>The scene as this arm has it.</summary>
    public Scene Scene { get; }

    /// <summary>The window of every behaviour; null in cumulative mode.</summary>
    public TimeSpan? Window { get; }

    /// <summary>The samples as of the last cutoff.</summary>
    public SampleTable Samples => _table;

    /// <summary>At the last cutoff.</summary>
    public LabelAccuracy Latest { get; private set; }

    /// <summary>The least share of right labels at the cutoffs that count; 1 before the first.</summary>
    public double Least { get; private set; } = 1;

    /// <summary>Identities with several samples that differ, at the last cutoff.</summary>
    public long Contradictions { get; private set; }

    /// <summary>Share of distinct behaviours that reached their sample.</summary>
    public double Coverage => _joiner.Counters.Coverage;

    /// <summary>Samples leave once <paramref name="window"/> is over.</summary>
    public static StudyArm OfWindow(Scene scene, TimeSpan window) => new(
        With(
            scene with { Behaviours = [.. scene.Behaviours.Select(behaviour => behaviour with { Window = window })] },
            scene.Attribution with { Mode = AttributionMode.Window }),
        window);

    /// <summary>Samples are attributed anew at each cutoff.</summary>
    public static StudyArm OfCutoffs(Scene scene, TimeSpan minAge) =>
        new(With(scene, scene.Attribution with { Mode = AttributionMode.Cumulative, MinAge = minAge }), window: null);

    /// <summary>The scene with other attribution, and nothing dropped.</summary>
    public static Scene With(Scene scene, AttributionOptions attribution) => scene with { Attribution = attribution with { RetainDays = 30 } };

    public void Add(BehaviourEvent arrived) => _ = _intake.Take(arrived);

    /// <summary>Brings the samples to a cutoff and judges them by the truth of event time.</summary>
    public void Cut(long cutoff, SampleTable truth, bool counts)
    {
        _joiner.Cut(cutoff, _table);
        var rows = new TrainingRows(cutoff, _table);
        Latest = rows.CompareWith(truth);
        Contradictions = rows.Contradictions;
        Least = counts ? Math.Min(Least, Latest.Share) : Least;
    }
}
