using Freshet.Core.Scenes;
using Freshet.Samples.Attribution;
using Freshet.Samples.Joining;
using Freshet.Samples.Time;

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
    private readonly long _lateness;

    public LabelNews(
        Scene scene, List<string> eventTypes, JoinState state, Labeller labeller, AttributionTimes times, JoinCounters counters)
    {
        _state = state;
        _labeller = labeller;
        _times = times;
        _counters = counters;
        _lateness = Milliseconds.Of(scene.Attribution.Lateness);
        _conditions = [.. scene.Behaviours.Select(behaviour => behaviour.Condition)];
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

    /// <summary>Time of the stage, ms since the epoch: when the newest event arrived. It never goes back.</summary>
    public long Now { get; private set; } = SceneDays.MinAt;

    /// <summary>Moves the time of the stage on.</summary>
    public void MoveTo(long now) => Now = SceneDays.Covers(now) ? Math.Max(Now, now) : Now;

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
        return e.At >= identity.ShownAt && MayBeNews(identity, e) && e.At < _times.HorizonEnd(identity.ShownAt) ? Take(index) : 0;
    }

    /// <summary>Labels that became 1 as an identity's impressions changed; labels, times and values are then those of the labeller.</summary>
    public uint Take(int index)
    {
        ref readonly Identity identity = ref _state.Identities[index];
        if (identity.Behaviours < 0)
        {
            return 0;
        }

        _labeller.LabelByHorizon(identity);
        uint news = _labeller.Tree.Labels & ~identity.KnownLabels;
        if (news != 0)
        {
            _state.Identities.Change(index).KnownLabels |= news;
        }

        for (uint rest = news; rest != 0; rest &= rest - 1)
        {
            int label = System.Numerics.BitOperations.TrailingZeroCount(rest);
            long delay = _labeller.Tree.Times[label] - identity.ShownAt;
            Delays[label].Add(Math.Max(delay, ElapsedSince(identity.ShownAt)));
            _counters.Contradictions += identity.Repeats > 0 && delay > _times.Windows[label] ? 1 : 0;
        }

        return news;
    }

    /// <summary>Writes the time of the stage and all delays for a checkpoint.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Now);
        foreach (DelaySketch delays in Delays)
        {
            delays.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote for the same behaviours.</summary>
    public void Restore(BinaryReader reader)
    {
        Now = reader.ReadInt64();
        foreach (DelaySketch delays in Delays)
        {
            delays.Restore(reader);
        }
    }

    private bool MayBeNews(in Identity identity, in KeptEvent e)
    {
        for (uint rest = _ofType[e.Type] & ~identity.KnownLabels; rest != 0; rest &= rest - 1)
        {
            int label = System.Numerics.BitOperations.TrailingZeroCount(rest);
            // Conditions on sums only know at-least and more-than: the sum of what is positive bounds every sum.
            if (_conditions[label].IsMetBy((_sums >> label & 1) != 0 ? identity.ValueSum : e.Value))
            {
                return true;
            }
        }

        return false;
    }
}
