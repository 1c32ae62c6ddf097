using Freshet.Core.Time;
using Freshet.Samples.Attribution;
using Freshet.Samples.Joining;
using Freshet.Scenes;

namespace Freshet.Samples.Delays;

/// <summary>Notices each label of an identity as it becomes 1, event by event, and measures how long after the impression that was.</summary>
/// <remarks>
/// Labels are those of <c>cumulative</c> mode over what has arrived. A label that was noticed stays noticed, also where an earlier first
/// impression later takes it back. An event that can make no label new costs a few comparisons.
/// </remarks>
internal sealed class LabelNews
{
    private readonly JoinState _state;
    private readonly Labeller _labeller;
    private readonly AttributionTimes _times;
    private readonly JoinCounters _counters;
    private readonly BehaviourCondition[] _conditions;
    private readonly uint[] _ofType;
    private readonly uint _sums;
    private readonly uint[] _implied;
    private readonly long _lateness;
    private bool _isTentative = true; // the clock has not begun: its time may go back

    public LabelNews(
        Scene scene, List<string> eventTypes, JoinState state, Labeller labeller, AttributionTimes times, JoinCounters counters)
    {
        _state = state;
        _labeller = labeller;
        _times = times;
        _counters = counters;
        _lateness = Milliseconds.Of(scene.Attribution.Lateness);
        _conditions = [.. scene.Behaviours.Select(behaviour => behaviour.Condition)];
        _implied = [.. labeller.Tree.Sets];
        _ofType = new uint[eventTypes.Count];
        Delays = [.. scene.Behaviours.Select(_ => new DelaySketch())];
        for (int i = 0; i < _conditions.Length; i++)
        {
            _ofType[eventTypes.IndexOf(scene.Behaviours[i].EventType)] |= 1u << i;
            _sums |= _conditions[i].Kind == ConditionKind.SumOfValues ? 1u << i : 0;
        }
    }

    /// <summary>
    /// [B] how long a sample must wait for each label: from the impression to the event, or to its arrival less <c>lateness</c> where
    /// that is later, since a watermark waits so long of itself.
    /// </summary>
    public DelaySketch[] Delays { get; }

    /// <summary>Time of the stage, ms since the epoch. It never goes back once the clock has begun.</summary>
    public long Now { get; private set; } = SceneDays.MinAt;

    /// <summary>Moves the time of the stage to that of a cutoff, unless it is later.</summary>
    public void MoveTo(long now)
    {
        Now = SceneDays.Covers(now) ? Math.Max(Now, now) : Now;
        _isTentative = false;
    }

    /// <summary>Moves the time of the stage to that of the event taken last.</summary>
    public void MoveTo(in EventTime time)
    {
        Now = _isTentative ? time.Now : Math.Max(Now, time.Now);
        _isTentative &= !time.HasBegun;
    }

    /// <summary>How long after an impression it is, less <c>lateness</c>, ms, &gt;= 0.</summary>
    public long ElapsedSince(long shownAt) => Math.Max(0, Now - _lateness - shownAt);

    /// <summary>Takes note of a kept behaviour, also of one whose impression has not come.</summary>
    public void Note(int index, in KeptEvent e)
    {
        if ((_ofType[e.Type] & _sums) != 0 && e.Value > 0)
        {
            ref Identity identity = ref _state.Identities.Change(index);
            identity.ValueSum = MathF.BitIncrement((float)(identity.ValueSum + e.Value)); // never below the sum
        }
    }

    /// <summary>Labels that a behaviour of a known identity made 1.</summary>
    public uint Take(int index, in KeptEvent e)
    {
        ref readonly Identity identity = ref _state.Identities[index];
        uint candidates = _ofType[e.Type] & ~identity.KnownLabels;
        if (candidates == 0 || e.At < identity.ShownAt)
        {
            return 0;
        }

        uint met = 0;
        bool isSum = false;
        for (uint rest = candidates; rest != 0; rest &= rest - 1)
        {
            int label = System.Numerics.BitOperations.TrailingZeroCount(rest);
            bool bySum = (_sums >> label & 1) != 0;
            // Conditions on sums only know at-least and more-than: the sum of what is positive bounds every sum.
            if (_conditions[label].IsMetBy(bySum ? identity.ValueSum : e.Value))
            {
                met |= _implied[label];
                isSum |= bySum;
            }
        }

        if (met == 0 || e.At >= _times.HorizonEnd(identity.ShownAt))
        {
            return 0;
        }

        // No other event can have made a label that was never 1: where no sum is asked, its time is that of this event.
        return isSum ? Take(index) : Note(index, met & ~identity.KnownLabels, e.At);
    }

    /// <summary>Labels that became 1 as an identity's impressions changed.</summary>
    public uint Take(int index)
    {
        ref readonly Identity identity = ref _state.Identities[index];
        if (identity.Behaviours < 0)
        {
            return 0;
        }

        _labeller.LabelByHorizon(identity);
        uint news = _labeller.Tree.Labels & ~identity.KnownLabels;
        for (uint rest = news; rest != 0; rest &= rest - 1)
        {
            Note(index, rest & ~(rest - 1), _labeller.Tree.Times[System.Numerics.BitOperations.TrailingZeroCount(rest)]);
        }

        return news;
    }

    private uint Note(int index, uint labels, long at)
    {
        ref Identity identity = ref _state.Identities.Change(index);
        identity.KnownLabels |= labels;
        long delay = at - identity.ShownAt, wait = Math.Max(delay, ElapsedSince(identity.ShownAt));
        for (uint rest = labels; rest != 0; rest &= rest - 1)
        {
            int label = System.Numerics.BitOperations.TrailingZeroCount(rest);
            Delays[label].Add(wait);
            _counters.Contradictions += identity.Repeats > 0 && delay > _times.Windows[label] ? 1 : 0;
        }

        return labels;
    }

    /// <summary>Writes the time of the stage and all delays for a checkpoint.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Now);
        writer.Write(_isTentative);
        foreach (DelaySketch delays in Delays)
        {
            delays.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote for the same behaviours.</summary>
    public void Restore(BinaryReader reader)
    {
        Now = reader.ReadInt64();
        _isTentative = reader.ReadBoolean();
        foreach (DelaySketch delays in Delays)
        {
            delays.Restore(reader);
        }
    }
}
