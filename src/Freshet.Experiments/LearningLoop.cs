using Freshet.Core.Events;
using Freshet.Core.Versions;
using Freshet.Experiments.Arms;
using Freshet.Experiments.Evaluation;
using Freshet.Features;
using Freshet.Models;
using Freshet.Samples;
using Freshet.Samples.Time;
using Freshet.Scenes;
using Freshet.Storage.Models;
using Freshet.Training;
using Freshet.Training.Gates;

namespace Freshet.Experiments;

/// <summary>
/// The whole loop in one process and in event time: arriving events become snapshots, labels, trained and published models,
/// and every impression is scored by what was live when it was shown.
/// </summary>
/// <remarks>
/// Deterministic: the same events give the same models and scores, bit for bit. Not thread-safe. Feed it with
/// <see cref="Accept"/> in order of arrival and end it with <see cref="Finish"/>.
/// </remarks>
public sealed class LearningLoop : IDisposable
{
    private readonly Scene _scene;
    private readonly LoopOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationToken _cancellation;
    private readonly SceneDays _days;
    private readonly TickSchedule _schedule;
    private readonly AttributionPair _attribution;
    private readonly Trainer _trainer;
    private readonly Arm[] _arms;
    private readonly IncrementTrainer _increments;
    private readonly Quarantine _quarantine = new();
    private readonly Dictionary<IdentityKey, int> _served = [];
    private readonly long _publishDelay;
    private TrainedModel? _base;
    private int _bases;
    private long _baseAt;
    private long _firstBaseAt;
    private long _nextTick = long.MinValue;

    /// <summary>A loop that has seen nothing yet.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="options">Arms and times.</param>
    /// <param name="time">Measures what training costs; event time comes from the events.</param>
    /// <param name="cancellation">Ends the loop between two steps with an <see cref="OperationCanceledException"/>.</param>
    public LearningLoop(Scene scene, LoopOptions options, TimeProvider time, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _scene = scene;
        _options = options;
        _time = time;
        _cancellation = cancellation;
        _publishDelay = (long)options.PublishDelay.TotalMilliseconds;
        _days = new SceneDays(scene.TimeZone);
        _schedule = new TickSchedule(scene, options.Arms);
        _attribution = new AttributionPair(scene, options.KeepImpressions);
        _trainer = new Trainer(scene);
        _increments = new IncrementTrainer(scene);
        Features = new FeatureStage(scene);
        _arms = [.. options.Arms.Select(plan => NewArm(plan))];
        Predictions = new PredictionLog(scene, _arms);
    }

    /// <summary>The feature stage: what is known at this moment.</summary>
    public FeatureStage Features { get; }

    /// <summary>Samples that training reads.</summary>
    public SampleTable Samples => _attribution.Training;

    /// <summary>How the loss fell while the first base was learnt.</summary>
    public LossCurve FirstBaseLoss { get; } = new();

    /// <summary>Event time of the loop, ms since the epoch.</summary>
    public long Now { get; private set; } = long.MinValue;

    /// <summary>Events accepted.</summary>
    public long EventCount { get; private set; }

    /// <summary>Versions published, all arms together.</summary>
    public int PublishCount => _arms.Sum(arm => arm.Publishes);

    internal Scene Scene => _scene;

    internal AttributionPair Attribution => _attribution;

    internal IReadOnlyList<Arm> Arms => _arms;

    internal PredictionLog Predictions { get; }

    /// <summary>Spans in quarantine: training leaves them out.</summary>
    internal IReadOnlyList<SampleSpan> LeftOut => _quarantine.Spans;

    internal long FarAhead { get; private set; }

    /// <summary>Takes in the event that arrived next.</summary>
    public void Accept(BehaviourEvent arrived)
    {
        ArgumentNullException.ThrowIfNull(arrived);
        _cancellation.ThrowIfCancellationRequested();
        EventCount++;
        Observe(arrived);
        int row = _attribution.WantsSnapshot(arrived) ? RowOf(arrived) : -1;
        JoinOutcome outcome = _attribution.Add(arrived, row);
        if (outcome is not (JoinOutcome.Duplicate or JoinOutcome.DuplicateImpression or JoinOutcome.Malformed or JoinOutcome.UnknownType))
        {
            Features.Apply(arrived);
        }
    }

    /// <summary>Trains, publishes and swaps what is due before <paramref name="now"/> (ms since the epoch).</summary>
    public void AdvanceTo(long now)
    {
        if (_nextTick == long.MinValue)
        {
            Start(now);
        }

        Now = Math.Max(Now, now);

        while (true)
        {
            long swapAt = long.MaxValue;
            foreach (Arm arm in _arms)
            {
                swapAt = Math.Min(swapAt, arm.NextSwapAt);
            }

            if (swapAt <= now && swapAt <= _nextTick)
            {
                Swap(swapAt);
            }
            else if (_nextTick < now)
            {
                Tick(_nextTick);
                _nextTick = _schedule.After(_nextTick);
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Says that row <paramref name="row"/> of <see cref="Samples"/> is the snapshot that was scored for an impression to come.</summary>
    public void Serve(IdentityKey identity, int row) => _served[identity] = row;

    /// <summary>Ends the stream: scores what is left and gives every sample its final labels.</summary>
    public void Finish()
    {
        Predictions.Score(Samples.Features);
        _attribution.Finish();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _increments.Dispose();
        _base?.Model.Dispose();
        foreach (Arm arm in _arms)
        {
            arm.Dispose();
        }
    }

    /// <summary>An event far ahead of all others does not move the clock until three users say the same (pipeline.md 1).</summary>
    private void Observe(BehaviourEvent arrived)
    {
        if (_attribution.ArrivedAfter(arrived, Now))
        {
            AdvanceTo(arrived.ReceivedAt != BehaviourEvent.NoTime ? arrived.ReceivedAt : arrived.At);
        }
        else if (arrived.At > Now && arrived.ReceivedAt == BehaviourEvent.NoTime)
        {
            FarAhead++;
        }
    }

    private void Start(long now)
    {
        DateOnly baseUntil = _options.BaseUntil ?? _days.DateOf(now);
        _firstBaseAt = _days.EndOf(baseUntil) + (long)_scene.Training.BaseAt.TotalMilliseconds;
        _nextTick = _schedule.FirstFrom(Math.Max(now, _firstBaseAt));
        DateOnly evaluateFrom = _options.EvaluateFrom ?? baseUntil.AddDays(1);
        Predictions.EvaluateFrom = _days.StartOf(evaluateFrom);
    }

    private int RowOf(BehaviourEvent impression)
    {
        if (_served.Remove(IdentityKey.Of(impression), out int row))
        {
            Predictions.Describe(row, impression);
            return row;
        }

        row = Samples.Features.Count;
        Features.Snapshot(impression, Samples.Features);
        Samples.Impressions?.Add(impression);
        Predictions.Describe(row, impression);
        return row;
    }

    private void Swap(long at)
    {
        // What was shown before this moment is scored by what was live then.
        Predictions.Score(Samples.Features);
        foreach (Arm arm in _arms)
        {
            if (arm.NextSwapAt == at)
            {
                arm.Swap();
            }
        }
    }

    private void Tick(long cutoff)
    {
        bool baseDue = _schedule.IsBaseTime(cutoff);
        Arm[] due = Due(cutoff, isFull: false), full = Due(cutoff, isFull: true);
        bool streams = _schedule.IsDue(cutoff, _scene.Sync.Every) && Array.Exists(_arms, arm => arm.Stream is { } stream && stream.IsDue(cutoff));
        if (!baseDue && due.Length == 0 && full.Length == 0 && !streams)
        {
            return;
        }

        _attribution.Cut(cutoff);
        if (baseDue || due.Length > 0 || full.Length > 0 || _schedule.IsDue(cutoff, StreamGates.Length(_scene)))
        {
            _quarantine.Review(Samples, cutoff, (long)_scene.Training.BaseWindow.TotalMilliseconds);
        }

        _trainer.LeftOut = _quarantine.Spans;
        GateMetrics.Quarantined(_scene, _quarantine.Spans.Count);
        bool isFirst = _base is null;
        if (baseDue)
        {
            _attribution.KeepDayEnd(_days.DateOf(cutoff).AddDays(-1), cutoff);
            TrainBase(cutoff);
        }

        if (!isFirst && full.Length > 0)
        {
            TrainFull(full, cutoff);
        }

        if (_base is null || (due.Length == 0 && !streams))
        {
            return;
        }

        var ofBase = TimeSpan.FromMilliseconds(cutoff - _baseAt);
        GateMetrics.BaseAge(_scene, ofBase);
        GateResult age = GateJudge.BaseAge(ofBase, _scene.Training.BaseMaxAge);
        if (age.Verdict == GateVerdict.Refused)
        {
            // A stream would be refused every few seconds: it is said once in its window.
            foreach (Arm arm in _arms.Where(arm => due.Contains(arm) || (arm.Stream is not null && _schedule.IsDue(cutoff, StreamGates.Length(_scene)))))
            {
                Publish(arm, null, VersionKind.Increment, cutoff, cutoff, new GateReport([age]), default);
            }

            return;
        }

        Train(due, cutoff, age);
        foreach (Arm arm in _arms)
        {
            if (streams && arm.Stream is { } stream)
            {
                TrainStream(arm, stream, cutoff);
            }
        }
    }

    private void Train(Arm[] due, long cutoff, GateResult age)
    {
        if (due.Length > 0 && _scene.Training.Restart == Restart.Base)
        {
            TrainFromBase(due, cutoff, age);
            return;
        }

        foreach (Arm arm in due)
        {
            TrainFromPrevious(arm, cutoff, age);
        }
    }

    private Arm[] Due(long cutoff, bool isFull) =>
        [.. _arms.Where(arm => arm.Plan.IsFull == isFull && arm.Plan.Every is { } every && _schedule.IsDue(cutoff, every))];

    private void TrainBase(long cutoff)
    {
        bool first = _base is null;
        Arm[] takers = [.. _arms.Where(arm => first || arm.Plan.FollowsBases)];
        if (takers.Length == 0)
        {
            return;
        }

        long start = _time.GetTimestamp();
        long before = _scene.Training.BaseStart == BaseStart.Previous ? _base?.Samples ?? 0 : 0;
        _trainer.BaseLoss = first ? FirstBaseLoss : null;
        TrainedModel? trained = null;
        GateReport gates;
        try
        {
            trained = _trainer.TrainBase(Samples, cutoff, _base, _cancellation);
            gates = takers[0].Gates.Base(trained.Model, trained.Samples - before, Samples, cutoff, _trainer.LeftOut, first);
        }
        catch (ModelException e)
        {
            gates = ArmGates.Failed(e);
        }

        TimeSpan elapsed = _time.GetElapsedTime(start);
        foreach (Arm arm in takers)
        {
            arm.SamplesLearnt += trained is null ? 0 : trained.Samples - before;
            arm.TrainingTime += elapsed;
            // The first base is there when the judged days begin; later ones take their time.
            if (first || arm.Plan.Every is null || gates.IsRefused)
            {
                Publish(arm, trained, VersionKind.Base, cutoff, first ? cutoff : cutoff + _publishDelay, gates, new ModelContent(_bases + 1, 0));
            }
        }

        // What increments restart from is a base that passed: the old one stays where the new one did not.
        (TrainedModel? retired, _base) = gates.IsRefused ? (trained, _base) : (_base, trained);
        (_bases, _baseAt) = gates.IsRefused ? (_bases, _baseAt) : (_bases + 1, cutoff);
        retired?.Model.Dispose();
    }

    /// <summary>All due arms learn the base's window from scratch: one training serves them all.</summary>
    private void TrainFull(Arm[] due, long cutoff)
    {
        long start = _time.GetTimestamp();
        _trainer.BaseLoss = null;
        TrainedModel? trained = null;
        GateReport gates = Unless(() => trained = _trainer.TrainBase(Samples, cutoff, null, _cancellation))
            ?? due[0].Gates.Base(trained!.Model, trained.Samples, Samples, cutoff, _trainer.LeftOut, isFirst: false);
        TimeSpan elapsed = _time.GetElapsedTime(start);
        foreach (Arm arm in due)
        {
            arm.SamplesLearnt += trained?.Samples ?? 0;
            arm.TrainingTime += elapsed;
            Publish(arm, trained, VersionKind.Base, cutoff, cutoff + _publishDelay, gates, new ModelContent(arm.Publishes + 1, 0));
        }

        trained?.Model.Dispose();
    }

    /// <summary>All due arms restart from the same base with the same samples: one training serves them all.</summary>
    private void TrainFromBase(Arm[] due, long cutoff, GateResult age)
    {
        long start = _time.GetTimestamp();
        _increments.LeftOut = _trainer.LeftOut;
        _increments.BeforeStep = BeginGates(due, cutoff);
        GateReport? failed = Unless(() => _increments.Train(_base!, Samples, cutoff, due.Min(arm => arm.Gates.Window.After), _cancellation));
        TimeSpan elapsed = _time.GetElapsedTime(start);
        foreach (Arm arm in due)
        {
            arm.SamplesLearnt += _increments.Last.Learnt;
            arm.TrainingTime += elapsed;
            _ = PublishIncrement(arm, _increments.Model, cutoff, failed ?? arm.Gates.End(_increments.Model.Model, age), _increments.Revision);
        }
    }

    private void TrainFromPrevious(Arm arm, long cutoff, GateResult age)
    {
        long start = _time.GetTimestamp();
        arm.NextInChain ??= new TrainedModel(RankingModel.Create(_scene));
        arm.NextInChain.CopyFrom(ReferenceEquals(arm.ChainBase, _base) ? arm.Chain! : _base!);
        long before = arm.NextInChain.Samples;
        _trainer.BeforeStep = BeginGates([arm], cutoff);
        GateReport? failed = Unless(() => _trainer.TrainIncrement(arm.NextInChain, Samples, cutoff, _cancellation));
        arm.SamplesLearnt += arm.NextInChain.Samples - before;
        arm.TrainingTime += _time.GetElapsedTime(start);
        if (PublishIncrement(
            arm, arm.NextInChain, cutoff, failed ?? arm.Gates.End(arm.NextInChain.Model, age), arm.NextInChain.Samples - _base!.Samples))
        {
            (arm.Chain, arm.NextInChain) = (arm.NextInChain, arm.Chain);
            arm.ChainBase = _base;
        }
    }

    private void TrainStream(Arm arm, ArmStream stream, long cutoff)
    {
        long start = _time.GetTimestamp();
        StreamMoment? moment = stream.Learn(_base!, Samples, cutoff, arm.Live.Current?.Model, _quarantine.Spans, _cancellation);
        arm.SamplesLearnt += moment?.Learnt ?? 0;
        arm.TrainingTime += _time.GetElapsedTime(start);
        if (moment is null)
        {
            return;
        }

        if (moment.Blamed is { } window)
        {
            _quarantine.Add(arm, window);
        }

        Warn(arm, arm.Publish(moment, cutoff, cutoff + _publishDelay));
    }

    /// <summary>Lets the gates of <paramref name="due"/> see the newest window before it is learnt.</summary>
    private Action<TrainedModel, long> BeginGates(Arm[] due, long cutoff)
    {
        foreach (Arm arm in due)
        {
            arm.Gates.Begin(Samples, cutoff, arm.Live.Current?.Model, _trainer.LeftOut);
        }

        return (candidate, newest) =>
        {
            foreach (Arm arm in due)
            {
                arm.Gates.BeforeStep(candidate, newest);
            }
        };
    }

    /// <summary>Trains; a model that cannot be trained is refused, and nothing ends.</summary>
    private static GateReport? Unless(Action train)
    {
        try
        {
            train();
            return null;
        }
        catch (ModelException e)
        {
            return ArmGates.Failed(e);
        }
    }

    private bool PublishIncrement(Arm arm, TrainedModel model, long cutoff, GateReport gates, long learnt)
    {
        if (gates.BlamesWindow)
        {
            _quarantine.Add(arm, arm.Gates.Window);
        }

        Publish(arm, model, VersionKind.Increment, cutoff, cutoff + _publishDelay, gates, new ModelContent(_bases, learnt));
        return !gates.IsRefused;
    }

    private void Publish(Arm arm, TrainedModel? model, VersionKind kind, long cutoff, long liveAt, GateReport gates, ModelContent content) =>
        Warn(arm, arm.Publish(model, kind, cutoff, liveAt, gates, content));

    private void Warn(Arm arm, Refusal? refusal)
    {
        if (refusal is not null)
        {
            _options.Warn?.Invoke($"Arm '{arm.Plan.Name}': {refusal}");
        }
    }

    private Arm NewArm(ArmPlan plan)
    {
        string folder = Path.Combine(_options.ModelsFolder, plan.Name);
        return new Arm(plan, _scene, new ModelFolder(folder), Path.Combine(folder, "refused.ndjson"), _options.PublishDelay, _options.CountsRows);
    }
}
