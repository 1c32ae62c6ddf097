using Freshet.Core.Versions;
using Freshet.Models;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Training.Gates;

/// <summary>The gates of one track: its windows so far, and the verdict on each version.</summary>
/// <remarks>
/// A window is what an increment has that the one before had not: as long as the time between increments, and as old as samples are when they
/// come: <c>min_age</c>, in mode <c>window</c> the longest window of a behaviour and <c>lateness</c>, in mode <c>immediate</c> not at all.
/// </remarks>
public sealed class VersionGates
{
    private static readonly long s_day = (long)TimeSpan.FromDays(1).TotalMilliseconds;
    private readonly GateJudge _judge;
    private readonly WindowScorer _scorer;
    private readonly List<WindowStatistics> _before = [];
    private readonly bool _isOn;
    private readonly long _length;
    private readonly long _remembered;
    private SampleTable? _table;
    private RankingModel? _live;
    private WindowStatistics? _newest;
    private bool _isSeeded;
    private long _cutoff;

    /// <summary>Gates that have seen nothing.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="every">Time between two versions; null: a day.</param>
    public VersionGates(Scene scene, TimeSpan? every)
    {
        _judge = new GateJudge(scene);
        _scorer = new WindowScorer(scene);
        _isOn = scene.Gates.Enabled;
        _length = (long)(every ?? TimeSpan.FromDays(1)).TotalMilliseconds;
        Wait = scene.Attribution.Mode switch
        {
            AttributionMode.Cumulative => (long)scene.Attribution.MinAge.TotalMilliseconds,
            AttributionMode.Window => (long)(scene.Behaviours.Max(behaviour => behaviour.Window) + scene.Attribution.Lateness).TotalMilliseconds,
            _ => 1, // what leaves at the cutoff itself is of the next window
        };
        _remembered = (long)scene.Training.BaseWindow.TotalMilliseconds;
    }

    /// <summary>How old samples are when they come, ms.</summary>
    public long Wait { get; }

    /// <summary>The newest window.</summary>
    public SampleSpan Window => WindowAt(_cutoff, _length);

    /// <summary>Begins an increment: nothing of the newest window is learnt yet.</summary>
    /// <param name="table">Attributed at <paramref name="cutoff"/>.</param>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="live">The model that it is compared with; null: none.</param>
    /// <param name="leftOut">Spans in quarantine: windows that touch them are not those of good days.</param>
    public void Begin(SampleTable table, long cutoff, RankingModel? live, IReadOnlyList<SampleSpan> leftOut)
    {
        (_table, _cutoff, _live, _newest) = (table, cutoff, live, null);
        if (_isOn && !_isSeeded)
        {
            _isSeeded = true;
            _before.AddRange(Before(table, cutoff, _length, []).Where(window =>
                !leftOut.Any(span => span.After < window.Until && window.After < span.Until)));
        }

        _ = _before.RemoveAll(window => window.Until < cutoff - _remembered);
    }

    /// <summary>Scores the newest window once, before the first step that would learn some of it.</summary>
    public void BeforeStep(TrainedModel model, long newest)
    {
        if (_isOn && _newest is null && newest > Window.After)
        {
            _newest = _scorer.Measure(_table!, Window, _cutoff, model.Model, _live);
        }
    }

    /// <summary>The verdict on an increment that has learnt everything, after that on the age of its base.</summary>
    public GateReport End(RankingModel model, GateResult age)
    {
        GateResult finite = GateJudge.Finite(model.IsFinite());
        if (!_isOn)
        {
            return new([age, finite]);
        }

        WindowStatistics newest = _newest ?? _scorer.Measure(_table!, Window, _cutoff);
        var report = new GateReport([age, finite, .. Judge(newest)]);
        if (!report.BlamesWindow)
        {
            _before.Add(newest);
        }

        return report;
    }

    /// <summary>Whether samples and predictions are judged, not only weights.</summary>
    public bool JudgesTraffic => _isOn;

    /// <summary>The verdict on a window whose parts were scored each before it was learnt; it does not become one of the windows before.</summary>
    public GateReport Verdict(WindowStatistics window) => new(Judge(window));

    /// <summary>Makes a window one of those before.</summary>
    public void Remember(WindowStatistics window) => _before.Add(window);

    /// <summary>The verdict on a model that could not be trained.</summary>
    public static GateReport Failed(ModelException reason) => new([GateJudge.Input(reason.Message)]);

    /// <summary>Judges a refused window with the labels that are known now.</summary>
    /// <returns>Whether its samples may be learnt now; it is then one of the windows before.</returns>
    public bool Releases(SampleTable table, SampleSpan window, RankingModel? live)
    {
        WindowStatistics statistics = _scorer.Measure(table, window, window.Until + Wait, live);
        if (!_isOn || new GateReport(Judge(statistics)).BlamesWindow)
        {
            return false;
        }

        _before.Add(statistics);
        return true;
    }

    /// <summary>The verdict on a base: its newest day against the days before. The first base has nothing to compare with.</summary>
    /// <param name="model">The base.</param>
    /// <param name="learnt">Samples that it learnt.</param>
    /// <param name="table">Attributed at <paramref name="cutoff"/>.</param>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="leftOut">Spans that it did not learn.</param>
    /// <param name="isFirst">Whether there was none before.</param>
    public GateReport Base(
        RankingModel model, long learnt, SampleTable table, long cutoff, IReadOnlyList<SampleSpan> leftOut, bool isFirst)
    {
        GateResult[] always = [GateJudge.Samples(learnt), GateJudge.Finite(model.IsFinite())];
        if (!_isOn || isFirst || learnt == 0)
        {
            return new(always);
        }

        WindowStatistics newest = _scorer.Measure(table, WindowAt(cutoff, s_day), cutoff, leftOut: leftOut);
        return new([.. always, .. _judge.Traffic(newest, Before(table, cutoff, s_day, leftOut))]);
    }

    /// <summary>Writes what the gates remember, for a checkpoint; between two versions.</summary>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_isSeeded);
        writer.Write(_cutoff);
        WindowStatistics.SaveAll(writer, _before);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (_isSeeded, _cutoff) = (reader.ReadBoolean(), reader.ReadInt64());
        WindowStatistics.RestoreAll(reader, _before);
    }

    private IReadOnlyList<GateResult> Judge(WindowStatistics window)
    {
        if (window.IsScored && window.Tasks.Any(task => !double.IsFinite(task.Predicted)))
        {
            return [GateJudge.Input("A prediction of the window is NaN or infinite. Look for a dense feature that is NaN or infinite.")];
        }

        return [.. _judge.Traffic(window, _before), .. _judge.Predictions(window, _before)];
    }

    /// <summary>The windows before the one that ends at <paramref name="cutoff"/>, with the labels known at the end of each.</summary>
    private IReadOnlyList<WindowStatistics> Before(SampleTable table, long cutoff, long length, IReadOnlyList<SampleSpan> leftOut)
    {
        long first = long.MaxValue, newest = WindowAt(cutoff, length).After;
        foreach (DateOnly date in table.Days)
        {
            first = table.Day(date).IsEmpty ? first : Math.Min(first, table.Day(date)[0].LearnAt);
        }

        // Whole windows of the last base window, from the first sample on.
        long count = first >= newest ? 0 : Math.Min((_remembered - 1) / length, (newest - first) / length);
        return _scorer.Traffic(table, newest, length, (int)count, Wait, leftOut);
    }

    private SampleSpan WindowAt(long cutoff, long length) => new(cutoff - length - Wait, cutoff - Wait);
}
