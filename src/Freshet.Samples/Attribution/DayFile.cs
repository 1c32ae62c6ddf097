using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>The identities filed under one scene day. Entries may be stale or doubled until <see cref="Sort"/>.</summary>
internal sealed class DayFile(int day)
{
    private int[] _identities = new int[64];
    private long[] _times = [];
    private int _count;

    public int Day => day;

    /// <summary>Identities of the day; after <see cref="Sort"/> each once, in order.</summary>
    public ReadOnlySpan<int> Identities => _identities.AsSpan(0, _count);

    public void Add(int identity)
    {
        if (_count == _identities.Length)
        {
            Array.Resize(ref _identities, _count * 2);
        }

        _identities[_count++] = identity;
    }

    /// <summary>Orders by (shown_at, event_id of the first impression, identity) and leaves out what is no longer of this day.</summary>
    public void Sort(JoinState state)
    {
        if (_times.Length < _count)
        {
            _times = new long[_identities.Length];
        }

        int count = 0;
        bool sorted = true;
        for (int i = 0; i < _count; i++)
        {
            ref Identity identity = ref state.Identities[_identities[i]];
            if (identity.IsAlive && identity.Day == day)
            {
                _identities[count] = _identities[i];
                _times[count] = identity.ShownAt;
                sorted &= count == 0 || _times[count - 1] <= _times[count];
                count++;
            }
        }

        if (!sorted)
        {
            Array.Sort(_times, _identities, 0, count);
        }

        SortTies(state, count);
        RemoveDoubles(count);
    }

    private void SortTies(JoinState state, int count)
    {
        var order = new TieOrder(state);
        for (int start = 0; start < count;)
        {
            int end = start + 1;
            while (end < count && _times[end] == _times[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                _identities.AsSpan(start..end).Sort(order);
            }

            start = end;
        }
    }

    private void RemoveDoubles(int count)
    {
        _count = 0;
        for (int i = 0; i < count; i++)
        {
            if (_count == 0 || _identities[_count - 1] != _identities[i])
            {
                _identities[_count++] = _identities[i];
            }
        }
    }

    /// <summary>Order among identities shown at the same millisecond; orphans first.</summary>
    private readonly struct TieOrder(JoinState state) : IComparer<int>
    {
        public int Compare(int x, int y)
        {
            ref Identity left = ref state.Identities[x], right = ref state.Identities[y];
            if (left.IsOrphan || right.IsOrphan)
            {
                int orphans = right.IsOrphan.CompareTo(left.IsOrphan);
                return orphans != 0 ? orphans : ByKey(left, right);
            }

            int byId = state.Texts.Get(state.Events[left.FirstImpression].Id)
                .SequenceCompareTo(state.Texts.Get(state.Events[right.FirstImpression].Id));
            return byId != 0 ? byId : ByKey(left, right);
        }

        private static int ByKey(in Identity left, in Identity right) =>
            left.Key.High != right.Key.High ? left.Key.High.CompareTo(right.Key.High) : left.Key.Low.CompareTo(right.Key.Low);
    }
}
