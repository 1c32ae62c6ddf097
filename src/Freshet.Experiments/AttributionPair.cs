using Freshet.Core.Events;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Experiments;

/// <summary>
/// The ways to label, side by side on one stream: cumulative attribution, the window that it is judged against, and the immediate rows where
/// the scene asks for them. The scene's mode says which of them training reads; all point at the same snapshots.
/// </summary>
internal sealed class AttributionPair
{
    private readonly Joiner _cumulative;
    private readonly Joiner _window;
    private readonly Joiner? _immediate;
    private readonly SampleTable _cumulativeSamples;
    private readonly SampleTable _windowSamples;
    private readonly List<(DateOnly Day, TrainingRows Window, TrainingRows Scene)> _dayEnds = [];

    public AttributionPair(Scene scene, bool keepImpressions)
    {
        AttributionMode mode = scene.Attribution.Mode;
        _cumulative = JoinerOf(scene, AttributionMode.Cumulative);
        _window = JoinerOf(scene, AttributionMode.Window);
        _immediate = mode == AttributionMode.Immediate ? JoinerOf(scene, mode) : null;
        _cumulativeSamples = new SampleTable(scene, keepImpressions && mode == AttributionMode.Cumulative);
        _windowSamples = new SampleTable(scene, keepImpressions && mode == AttributionMode.Window);
        (Joiner, Training) = mode switch
        {
            AttributionMode.Cumulative => (_cumulative, _cumulativeSamples),
            AttributionMode.Window => (_window, _windowSamples),
            _ => (_immediate!, new SampleTable(scene, keepImpressions)),
        };
    }

    /// <summary>The joiner of the scene's mode.</summary>
    public Joiner Joiner { get; }

    /// <summary>What training reads; all snapshots lie here.</summary>
    public SampleTable Training { get; }

    /// <summary>One sample per identity with its final labels, after <see cref="Finish"/>.</summary>
    public SampleTable Final => _cumulativeSamples;

    /// <summary>What became of the events, in the scene's mode.</summary>
    public JoinCounters Counters => Joiner.Counters;

    public bool ArrivedAfter(BehaviourEvent e, long cutoff) => _cumulative.ArrivedAfter(e, cutoff);

    public bool WantsSnapshot(BehaviourEvent e) => _cumulative.WantsSnapshot(e) || _window.WantsSnapshot(e);

    public JoinOutcome Add(BehaviourEvent e, int row)
    {
        JoinOutcome window = _window.Add(e, row);
        JoinOutcome cumulative = _cumulative.Add(e, row);
        JoinOutcome? immediate = _immediate?.Add(e, row);
        return immediate ?? (ReferenceEquals(Joiner, _window) ? window : cumulative);
    }

    public void Cut(long cutoff)
    {
        _cumulative.Cut(cutoff, _cumulativeSamples);
        _window.Cut(cutoff, _windowSamples);
        _immediate?.Cut(cutoff, Training);
    }

    /// <summary>Keeps the labels that training saw at the end of <paramref name="day"/>, to be judged when the truth is known.</summary>
    public void KeepDayEnd(DateOnly day, long cutoff) =>
        _dayEnds.Add((day, new TrainingRows(cutoff, _windowSamples, day), new TrainingRows(cutoff, Training, day)));

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

    /// <summary>Gives every identity its final labels.</summary>
    public void Finish()
    {
        _cumulative.CutAll(_cumulativeSamples);
        _window.CutAll(_windowSamples);
        _immediate?.CutAll(Training);
    }

    /// <summary>Lines that the source could not read.</summary>
    public void AddMalformed(long count) => Counters.AddMalformed(count);

    private static Joiner JoinerOf(Scene scene, AttributionMode mode) =>
        new(scene with { Attribution = scene.Attribution with { Mode = mode } });
}
