using Freshet.Core.Events;
using Freshet.Core.Scenes;
using Freshet.Samples;

namespace Freshet.Experiments;

/// <summary>
/// The two ways to label, side by side on one stream: cumulative attribution, and the window that it is judged against.
/// The scene's mode says which of them training reads; both point at the same snapshots.
/// </summary>
internal sealed class AttributionPair
{
    private readonly Joiner _cumulative;
    private readonly Joiner _window;
    private readonly SampleTable _cumulativeSamples;
    private readonly SampleTable _windowSamples;
    private readonly bool _trainsOnWindow;
    private readonly List<(DateOnly Day, TrainingRows Window, TrainingRows Cumulative)> _dayEnds = [];

    public AttributionPair(Scene scene, bool keepImpressions)
    {
        _trainsOnWindow = scene.Attribution.Mode == AttributionMode.Window;
        _cumulative = new Joiner(scene with { Attribution = scene.Attribution with { Mode = AttributionMode.Cumulative } });
        _window = new Joiner(scene with { Attribution = scene.Attribution with { Mode = AttributionMode.Window } });
        _cumulativeSamples = new SampleTable(scene, keepImpressions && !_trainsOnWindow);
        _windowSamples = new SampleTable(scene, keepImpressions && _trainsOnWindow);
    }

    /// <summary>What training reads; all snapshots lie here.</summary>
    public SampleTable Training => _trainsOnWindow ? _windowSamples : _cumulativeSamples;

    /// <summary>One sample per identity with its final labels, after <see cref="Finish"/>.</summary>
    public SampleTable Final => _cumulativeSamples;

    /// <summary>What became of the events, in the scene's mode.</summary>
    public JoinCounters Counters => (_trainsOnWindow ? _window : _cumulative).Counters;

    public bool ArrivedAfter(BehaviourEvent e, long cutoff) => _cumulative.ArrivedAfter(e, cutoff);

    public bool WantsSnapshot(BehaviourEvent e) => _cumulative.WantsSnapshot(e) || _window.WantsSnapshot(e);

    public JoinOutcome Add(BehaviourEvent e, int row)
    {
        JoinOutcome window = _window.Add(e, row);
        JoinOutcome cumulative = _cumulative.Add(e, row);
        return _trainsOnWindow ? window : cumulative;
    }

    public void Cut(long cutoff)
    {
        _cumulative.Cut(cutoff, _cumulativeSamples);
        _window.Cut(cutoff, _windowSamples);
    }

    /// <summary>Keeps the labels that training saw at the end of <paramref name="day"/>, to be judged when the truth is known.</summary>
    public void KeepDayEnd(DateOnly day, long cutoff) =>
        _dayEnds.Add((day, new TrainingRows(cutoff, _windowSamples, day), new TrainingRows(cutoff, _cumulativeSamples, day)));

    /// <summary>Label accuracy over the ends of the days: of the window alone, and of the scene's attribution.</summary>
    /// <param name="truth">One sample per identity with everything that truly followed.</param>
    public (LabelAccuracy Window, LabelAccuracy Scene) Judge(SampleTable truth)
    {
        LabelAccuracy window = default, cumulative = default;
        foreach ((DateOnly day, TrainingRows windowRows, TrainingRows cumulativeRows) in _dayEnds)
        {
            window = window.Plus(windowRows.CompareWith(truth, day));
            cumulative = cumulative.Plus(cumulativeRows.CompareWith(truth, day));
        }

        return (window, _trainsOnWindow ? window : cumulative);
    }

    /// <summary>Gives every identity its final labels.</summary>
    public void Finish()
    {
        _cumulative.CutAll(_cumulativeSamples);
        _window.CutAll(_windowSamples);
    }

    /// <summary>Lines that the source could not read.</summary>
    public void AddMalformed(long count) => Counters.AddMalformed(count);
}
