using Freshet.Core;

namespace Freshet.Features.Keys;

/// <summary>
/// The users, or items, of which something is kept. Each has a row number, under which others keep what they know of it. One leaves when it
/// was not seen for longer than its age, or, where there are as many as the limit, for a new one: the one seen least recently, in order of
/// arrival.
/// </summary>
/// <remarks>
/// A doubly linked list through the rows, so that seeing one again and leaving cost the same however many there are. One over its age reads
/// as unknown at once; it leaves when it is seen again or is the oldest, two at most for each that is seen: no pause.
/// </remarks>
internal sealed class RecentKeys
{
    private const int None = -1;
    private const int LeavesPerSight = 2;
    private readonly int _limit;
    private readonly long _age;
    private readonly KeyIndex _index = new();
    private readonly List<IKeptRows> _kept = [];
    private Row[] _rows = new Row[16];
    private int _newest = None;
    private int _free = None;
    private int _births;
    private int _used; // row numbers ever used

    /// <summary>None yet.</summary>
    /// <param name="limit">The most there may be, &gt;= 1.</param>
    /// <param name="age">How long one stays that is not seen, of event time.</param>
    public RecentKeys(int limit, TimeSpan age)
    {
        _limit = limit;
        _age = (long)age.TotalMilliseconds;
    }

    /// <summary>How many there are.</summary>
    public int Count => _index.Count;

    /// <summary>Those that left for a new one, since the start of the job.</summary>
    public long OverLimit { get; private set; }

    /// <summary>Those that left because they were not seen for long, since the start of the job.</summary>
    public long OverAge { get; private set; }

    /// <summary>Row of the one seen least recently; -1 = there is none.</summary>
    public int Oldest { get; private set; } = None;

    /// <summary>Tells <paramref name="rows"/> from now on when one leaves.</summary>
    public void Tell(IKeptRows rows) => _kept.Add(rows);

    /// <summary>Row of the next one seen after <paramref name="row"/>; -1 = it was seen last.</summary>
    public int Newer(int row) => _rows[row].Newer;

    /// <summary>The key of a row.</summary>
    public ulong KeyOf(int row) => _rows[row].Key;

    /// <summary>
    /// Tells one key of a row from the next: no two that have the same row number after each other have the same birth. Never 0.
    /// </summary>
    public int BirthOf(int row) => _rows[row].Birth;

    /// <summary>Row of <paramref name="key"/>; -1 = nothing is kept of it. Nothing changes.</summary>
    public int Find(ulong key, long now) => _index.TryGet(key, out int row) && !IsOver(row, now) ? row : None;

    /// <summary>Row of <paramref name="key"/>, which has one.</summary>
    /// <exception cref="FeatureStateException">It has none: the state that is being restored is damaged.</exception>
    public int RowOf(ulong key) => _index.TryGet(key, out int row) ? row : throw new FeatureStateException(
        "The feature state names a user of which it keeps nothing. The stage is half restored. " +
        "Make a new stage and restore an older state.");

    /// <summary>Sees <paramref name="key"/>, if something is kept of it.</summary>
    /// <returns>Its row; -1 = nothing is kept of it.</returns>
    public int See(ulong key, long now)
    {
        if (!_index.TryGet(key, out int row))
        {
            return None;
        }

        if (IsOver(row, now))
        {
            Forget(row);
            OverAge++;
            return None;
        }

        _rows[row].SeenAt = now;
        if (row != _newest)
        {
            Unlink(row);
            Link(row);
        }

        ForgetAged(now);
        return row;
    }

    /// <summary>Sees <paramref name="key"/>, which gets a row if it has none.</summary>
    /// <returns>Its row.</returns>
    public int Add(ulong key, long now)
    {
        int row = See(key, now);
        if (row >= 0)
        {
            return row;
        }

        ForgetAged(now);
        ForgetDownTo(_limit - 1);
        return Append(key, now);
    }

    public void Save(BinaryWriter destination)
    {
        destination.Write(OverLimit);
        destination.Write(OverAge);
        destination.Write(Count);
        for (int row = Oldest; row >= 0; row = _rows[row].Newer)
        {
            destination.Write(_rows[row].Key);
            destination.Write(_rows[row].SeenAt);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote: rows are 0, 1, 2, … from the one seen least recently.</summary>
    public void Restore(BinaryReader source)
    {
        _index.Clear();
        (_newest, Oldest, _free, _births, _used) = (None, None, None, 0, 0);
        OverLimit = source.ReadInt64();
        OverAge = source.ReadInt64();
        for (int count = source.ReadInt32(); count > 0; count--)
        {
            _ = Append(source.ReadUInt64(), source.ReadInt64());
        }
    }

    /// <summary>Lets those leave that are over the limit: a state may be restored under a lower one.</summary>
    public void EndRestore() => ForgetDownTo(_limit);

    private bool IsOver(int row, long now) => now - _rows[row].SeenAt > _age;

    private void ForgetAged(long now)
    {
        for (int i = 0; i < LeavesPerSight && Oldest >= 0; i++)
        {
            ref Row oldest = ref _rows[Oldest];

            // A clock that has not begun may go back: what was seen later than now was seen now.
            oldest.SeenAt = Math.Min(oldest.SeenAt, now);
            if (!IsOver(Oldest, now))
            {
                return;
            }

            Forget(Oldest);
            OverAge++;
        }
    }

    private void ForgetDownTo(int count)
    {
        while (Count > count)
        {
            Forget(Oldest);
            OverLimit++;
        }
    }

    private int Append(ulong key, long now)
    {
        int row = _free;
        if (row >= 0)
        {
            _free = _rows[row].Newer;
        }
        else
        {
            row = _used++;
            GrowingArray.Reserve(ref _rows, _used);
        }

        _births = _births == int.MaxValue ? 1 : _births + 1;
        _rows[row] = new Row { Key = key, SeenAt = now, Birth = _births };
        Link(row);
        _index.Set(key, row);
        return row;
    }

    private void Forget(int row)
    {
        foreach (IKeptRows kept in _kept)
        {
            kept.Forget(row);
        }

        _index.Remove(_rows[row].Key);
        Unlink(row);
        _rows[row] = new Row { Newer = _free };
        _free = row;
    }

    private void Link(int row)
    {
        (_rows[row].Older, _rows[row].Newer) = (_newest, None);
        if (_newest >= 0)
        {
            _rows[_newest].Newer = row;
        }
        else
        {
            Oldest = row;
        }

        _newest = row;
    }

    private void Unlink(int row)
    {
        (int older, int newer) = (_rows[row].Older, _rows[row].Newer);
        if (older >= 0)
        {
            _rows[older].Newer = newer;
        }
        else
        {
            Oldest = newer;
        }

        if (newer >= 0)
        {
            _rows[newer].Older = older;
        }
        else
        {
            _newest = older;
        }
    }

    private struct Row
    {
        public ulong Key;

        /// <summary>Event time at which it was seen last, ms since the epoch.</summary>
        public long SeenAt;

        public int Older;

        /// <summary>Of a free row: the next free one.</summary>
        public int Newer;

        /// <summary>0 = free.</summary>
        public int Birth;
    }
}

/// <summary>What is kept of each key under its row number.</summary>
internal interface IKeptRows
{
    /// <summary>Forgets what is kept under <paramref name="row"/>; it may be nothing.</summary>
    void Forget(int row);
}
