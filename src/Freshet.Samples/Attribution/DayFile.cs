using Freshet.Core;
using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>
/// The identities filed under one scene day, and those of them whose sample may have changed since the day was attributed.
/// Entries may be stale or doubled until <see cref="Sort"/>.
/// </summary>
internal sealed class DayFile
{
    private readonly List<GoneSample> _gone = [];
    private int[] _identities = new int[64];
    private int[] _changed = new int[64];
    private long[] _times = [];
    private int _count;

    public int Day { get; private set; }

    /// <summary>Identities of the day; after <see cref="Sort"/> each once, in order.</summary>
    public ReadOnlySpan<int> Identities => _identities.AsSpan(0, _count);

    /// <summary>Identities that are new or changed; each has the flag <see cref="IdentityFlags.Changed"/> unless it was filed elsewhere since.</summary>
    public Span<int> Changed => _changed.AsSpan(0, ChangedCount);

    /// <summary>Entries of <see cref="Changed"/>.</summary>
    public int ChangedCount { get; private set; }

    /// <summary>Samples whose identity has got another time or day.</summary>
    public IReadOnlyList<GoneSample> Gone => _gone;

    /// <summary>Empties the file and makes it that of <paramref name="day"/>; its room stays.</summary>
    public void Begin(int day)
    {
        Day = day;
        _count = 0;
        KeepChanged(0);
    }

    public void Add(int identity) => Append(ref _identities, _count++, identity);

    /// <summary>Notes that the sample of an identity of this day may have changed.</summary>
    public void AddChanged(int identity) => Append(ref _changed, ChangedCount++, identity);

    /// <summary>Notes that an identity is no longer where its sample says.</summary>
    public void AddGone(in GoneSample sample) => _gone.Add(sample);

    /// <summary>Keeps the first <paramref name="count"/> entries of <see cref="Changed"/> for the next cutoff, and forgets what is gone.</summary>
    public void KeepChanged(int count)
    {
        ChangedCount = count;
        _gone.Clear();
    }

    /// <summary>Orders by <see cref="IdentityOrder"/> and leaves out what is no longer of this day.</summary>
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
            ref readonly Identity identity = ref state.Identities[_identities[i]];
            if (identity.IsAlive && identity.Day == Day)
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
        _count = RemoveDoubles(_identities.AsSpan(0, count));
        _times = []; // needed again only if all of the day is attributed again
    }

    private void SortTies(JoinState state, int count)
    {
        var order = new IdentityOrder(state);
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

    /// <summary>Moves each of the sorted values once to the front.</summary>
    /// <returns>How many there are.</returns>
    public static int RemoveDoubles(Span<int> sorted)
    {
        int count = 0;
        foreach (int value in sorted)
        {
            if (count == 0 || sorted[count - 1] != value)
            {
                sorted[count++] = value;
            }
        }

        return count;
    }

    private static void Append(ref int[] list, int count, int identity)
    {
        GrowingArray.Reserve(ref list, count + 1);
        list[count] = identity;
    }
}
