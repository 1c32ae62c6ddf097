using Freshet.Core.Versions;
using Freshet.Models;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Training.Gates;

/// <summary>
/// The gates of a streaming track. What one moment learns is a part: too little to tell anything. So parts are scored one by one, each before it is learnt,
/// and a version is judged by the parts of the last quarter of an hour together.
/// </summary>
/// <remarks>
/// The cost of a moment is that of its samples. Parts that are older become windows before, unless a gate blamed the window that they were the newest part of.
/// </remarks>
public sealed class StreamGates
{
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(15);
    private readonly VersionGates _gates;
    private readonly WindowScorer _scorer;
    private readonly Queue<(WindowStatistics Part, bool IsBlamed)> _parts = new();
    private readonly List<WindowStatistics> _leaving = [];
    private readonly long _length;
    private SampleTable? _table;
    private RankingModel? _live;
    private IReadOnlyList<SampleSpan> _leftOut = [];
    private WindowStatistics? _newest;
    private long _until;
    private long _cutoff;

    /// <summary>Gates that have seen nothing.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="gates">Of its track.</param>
    public StreamGates(Scene scene, VersionGates gates)
    {
        _gates = gates;
        _scorer = new WindowScorer(scene);
        _length = (long)Length(scene).TotalMilliseconds;
    }

    /// <summary>What the last verdict was on.</summary>
    public SampleSpan Window { get; private set; }

    /// <summary>How much time is judged together.</summary>
    public static TimeSpan Length(Scene scene) => scene.Sync.Every > s_window ? scene.Sync.Every : s_window;

    /// <summary>Begins with a base.</summary>
    /// <param name="learntUntil">What the base has learnt, ms since the epoch.</param>
    public void Restart(long learntUntil)
    {
        while (_parts.Count > 0)
        {
            Leave();
        }

        RememberLeaving();
        _until = learntUntil;
    }

    /// <summary>Begins a moment: nothing of its part is learnt yet.</summary>
    public void Begin(SampleTable table, long cutoff, RankingModel? live, IReadOnlyList<SampleSpan> leftOut)
    {
        (_table, _cutoff, _live, _newest) = (table, cutoff, live, null);
        _leftOut = leftOut;
        _gates.Begin(table, cutoff, live, leftOut);
    }

    /// <summary>Scores the part once, before its first step.</summary>
    public void BeforeStep(TrainedModel model)
    {
        if (_gates.JudgesTraffic && _newest is null && _cutoff - _gates.Wait > _until)
        {
            _newest = _scorer.Measure(_table!, new SampleSpan(_until, _cutoff - _gates.Wait), _cutoff, model.Model, _live, _leftOut);
        }
    }

    /// <summary>The verdict on what was learnt.</summary>
    /// <param name="isFinite">Whether what changed is finite.</param>
    /// <param name="failed">The verdict where it could not be learnt; null where it was.</param>
    public GateReport End(bool isFinite, GateReport? failed)
    {
        GateResult finite = GateJudge.Finite(isFinite);
        Window = new SampleSpan(_until, _cutoff - _gates.Wait);
        if (failed is not null || _newest is not { Count: > 0 } part)
        {
            _until = Math.Max(_until, Window.Until);
            return failed ?? new([finite]);
        }

        _until = part.Until;
        GateReport alone = _gates.Verdict(part);
        if (alone.Refusals.Any(result => result.Name == GateNames.Input))
        {
            return alone; // what cannot be scored must not spoil the parts around it
        }

        while (_parts.TryPeek(out (WindowStatistics Part, bool IsBlamed) oldest) && oldest.Part.Until <= part.Until - _length)
        {
            Leave();
        }

        WindowStatistics window = Sum([.. _parts.Select(entry => entry.Part), part]);
        Window = new SampleSpan(window.After, window.Until);
        var report = new GateReport([finite, .. _gates.Verdict(window).Results]);
        _parts.Enqueue((part, report.BlamesWindow));
        return report;
    }

    /// <summary>Writes what the gates remember, for a checkpoint; between two moments.</summary>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_parts.Count);
        foreach ((WindowStatistics part, bool isBlamed) in _parts)
        {
            part.Save(writer);
            writer.Write(isBlamed);
        }

        WindowStatistics.SaveAll(writer, _leaving);
        SampleSpans.Save(writer, [Window]);
        writer.Write(_until);
        writer.Write(_cutoff);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _parts.Clear();
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            _parts.Enqueue((WindowStatistics.Restore(reader), reader.ReadBoolean()));
        }

        WindowStatistics.RestoreAll(reader, _leaving);
        Window = SampleSpans.Restore(reader)[0];
        (_until, _cutoff) = (reader.ReadInt64(), reader.ReadInt64());
    }

    private void Leave()
    {
        (WindowStatistics part, bool isBlamed) = _parts.Dequeue();
        if (isBlamed)
        {
            RememberLeaving();
            return;
        }

        _leaving.Add(part);
        if (_leaving[^1].Until - _leaving[0].After >= _length)
        {
            RememberLeaving();
        }
    }

    private void RememberLeaving()
    {
        if (_leaving.Count > 0)
        {
            _gates.Remember(Sum(_leaving));
            _leaving.Clear();
        }
    }

    private static WindowStatistics Sum(List<WindowStatistics> parts)
    {
        var tasks = new TaskStatistics[parts[0].Tasks.Count];
        foreach (WindowStatistics part in parts)
        {
            for (int task = 0; task < tasks.Length; task++)
            {
                TaskStatistics sum = tasks[task], more = part.Tasks[task];
                tasks[task] = new TaskStatistics
                {
                    Positives = sum.Positives + more.Positives,
                    FinalPositives = sum.FinalPositives + more.FinalPositives,
                    Predicted = sum.Predicted + more.Predicted,
                    Loss = sum.Loss + more.Loss,
                    ExpectedLoss = sum.ExpectedLoss + more.ExpectedLoss,
                    LossVariance = sum.LossVariance + more.LossVariance,
                    LiveLoss = sum.LiveLoss + more.LiveLoss,
                    DifferenceSquares = sum.DifferenceSquares + more.DifferenceSquares,
                };
            }
        }

        return new WindowStatistics(parts[0].After, parts[^1].Until, parts.Sum(part => part.Count), tasks, IsScored: true);
    }
}
