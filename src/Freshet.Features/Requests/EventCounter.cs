using Freshet.Core.Ports;
using Freshet.Features.Histories;
using Freshet.Features.Keys;
using Freshet.Features.Plans;
using Freshet.Features.Rows;
using Freshet.Scenes;

namespace Freshet.Features.Requests;

/// <summary>Lets one event count: windows, scene totals, closeness, history.</summary>
internal sealed class EventCounter
{
    private readonly ScenePlan _plan;
    private readonly IFeatureStore _store;
    private readonly IdentityMemory _identities;
    private readonly RecentKeys _users;
    private readonly ClosenessSums _closeness;
    private readonly UserHistories? _histories;
    private readonly Totals _totals;
    private readonly BehaviourCondition[] _conditions;
    private readonly double[] _weights;
    private readonly bool[] _inHistory;
    private readonly WindowCount[] _counts;
    private readonly byte[] _keyCounts;
    private readonly ulong[] _keys;
    private int _keyCount;
    private int _countCount;

    public EventCounter(
        Scene scene, ScenePlan plan, IFeatureStore store, IdentityMemory identities, RecentKeys users, ClosenessSums closeness,
        UserHistories? histories, Totals totals)
    {
        _plan = plan;
        _store = store;
        _identities = identities;
        _users = users;
        _closeness = closeness;
        _histories = histories;
        _totals = totals;
        int behaviours = scene.Behaviours.Count;
        _conditions = [.. scene.Behaviours.Select(behaviour => behaviour.Condition)];
        _weights = [.. Enumerable.Range(0, behaviours).Select(i => scene.Closeness.Weights.Count > 0 ? scene.Closeness.Weights[i] : 1)];
        _inHistory = [.. Enumerable.Range(0, behaviours).Select(scene.History.Behaviours.Contains)];
        _keyCounts = new byte[plan.Counters.Length];
        _keys = new ulong[plan.Counters.Length * CounterKeys.Limit];
        _counts = new WindowCount[_keys.Length * Math.Max(1, behaviours)];
    }

    /// <summary>
    /// Whether something is kept of the user of an event of this type when it counts: closeness, or an item of the history.
    /// </summary>
    public bool KeepsOfUser(EventPlan type)
    {
        foreach (int behaviour in type.Behaviours)
        {
            if ((_plan.UsesCloseness && _weights[behaviour] > 0) || (_histories is not null && _inHistory[behaviour]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Remembers the identity of an impression with the keys that the event has now, unless it is remembered.</summary>
    /// <returns>Whether the impression counts: false where it is too late to be remembered.</returns>
    public bool TryRemember(in PendingEvent impression, RowValues values, long now)
    {
        if (_identities.IsKnown(impression.Identity, now))
        {
            return true;
        }

        if (IdentityMemory.IsOver(impression.At, now))
        {
            return false;
        }

        TakeKeys(values);
        _identities.Add(impression.Identity, impression.At, now, _keyCounts, _keys.AsSpan(0, _keyCount));
        return true;
    }

    /// <summary>Remembers the keys that a behaviour has now whose impression is not remembered, so that it can wait.</summary>
    /// <param name="behaviour">The behaviour.</param>
    /// <param name="values">The values of its own event.</param>
    /// <param name="place">Its place among the waiting events of its user, which tells it from its like.</param>
    /// <param name="now">The stage's event time.</param>
    /// <returns>The behaviour with an identity of its own.</returns>
    public PendingEvent RememberAlone(in PendingEvent behaviour, RowValues values, int place, long now)
    {
        PendingEvent alone = behaviour with { Identity = KeyHash.Combine(behaviour.Identity, (ulong)place) };
        TakeKeys(values);
        _identities.Add(alone.Identity, now, now, _keyCounts, _keys.AsSpan(0, _keyCount));
        return alone;
    }

    /// <summary>
    /// Counts an event, whose identity was remembered when it arrived, under the keys of that; under none where it left at the limit
    /// while the event waited.
    /// </summary>
    public void Count(in PendingEvent pending, long now)
    {
        Span<ulong> record = _identities.Find(pending.Identity);
        if (record.IsEmpty)
        {
            Array.Clear(_keyCounts);
            Count(pending, record, now);
            return;
        }

        for (int i = 0; i < _keyCounts.Length; i++)
        {
            _keyCounts[i] = (byte)IdentityMemory.KeyCount(record, i);
        }

        ReadOnlySpan<ulong> keys = _identities.Keys(record);
        keys.CopyTo(_keys);
        _keyCount = keys.Length;
        Count(pending, record, now);
    }

    /// <summary>Counts a behaviour under the keys that its own event has.</summary>
    public void CountAlone(in PendingEvent pending, RowValues values, long now)
    {
        TakeKeys(values);
        Count(pending, default, now);
    }

    private void TakeKeys(RowValues values)
    {
        _keyCount = 0;
        Span<ulong> hashes = stackalloc ulong[CounterKeys.Limit];
        for (int i = 0; i < _keyCounts.Length; i++)
        {
            int count = CounterKeys.Write(values, _plan.Counters[i], hashes);
            hashes[..count].CopyTo(_keys.AsSpan(_keyCount));
            _keyCounts[i] = (byte)count;
            _keyCount += count;
        }
    }

    private void Count(in PendingEvent pending, Span<ulong> record, long now)
    {
        _countCount = 0;
        EventPlan type = _plan.Events[pending.Type];
        if (type.IsImpression)
        {
            CountWhat(0, pending.At);
        }

        if (type.Behaviours.Count > 0)
        {
            CountBehaviours(type, pending, record, now);
        }

        if (_countCount > 0)
        {
            _store.Count(_counts.AsSpan(0, _countCount), now);
        }
    }

    private void CountBehaviours(EventPlan type, in PendingEvent pending, Span<ulong> record, long now)
    {
        double before = 0, after = pending.Value;
        if (type.Sum >= 0 && !record.IsEmpty && !double.IsNaN(pending.Value))
        {
            after = _identities.AddValue(record, type.Sum, pending.Value);
            before = after - pending.Value;
        }

        // The user has had a row since the event arrived, unless it was forgotten while the event waited.
        int row = pending.User != 0 && pending.Item != 0 ? _users.Find(pending.User, now) : -1;
        int deepest = -1;
        for (int i = 0; i < type.Behaviours.Count; i++)
        {
            int behaviour = type.Behaviours[i];
            ref readonly BehaviourCondition condition = ref _conditions[behaviour];
            bool isMet = condition.Kind == ConditionKind.SumOfValues
                ? condition.IsMetBy(after) && !condition.IsMetBy(before)
                : condition.IsMetBy(pending.Value);
            if (!isMet)
            {
                continue;
            }

            CountWhat(behaviour + 1, pending.At);
            if (_plan.UsesCloseness && row >= 0)
            {
                _closeness.Add(row, pending.Item, _weights[behaviour], pending.At, now);
            }

            deepest = _inHistory[behaviour] ? behaviour : deepest;
        }

        if (deepest >= 0 && row >= 0)
        {
            _histories?.Add(row, new HistoryEntry(pending.HistoryItem, pending.At, pending.Request, (byte)deepest));
        }
    }

    private void CountWhat(int what, long at)
    {
        _totals.Count(what);
        int key = 0;
        for (int i = 0; i < _keyCounts.Length; i++)
        {
            int end = key + _keyCounts[i];
            if (_plan.Counters[i].Counted[what])
            {
                for (; key < end; key++)
                {
                    _counts[_countCount++] = new WindowCount(new WindowKey(i, _keys[key]), what, at);
                }
            }

            key = end;
        }
    }
}
