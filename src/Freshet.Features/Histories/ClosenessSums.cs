using Freshet.Features.Keys;

namespace Freshet.Features.Histories;

/// <summary>Closeness of users and items: ln(1 + Σ weight·2^(−age ÷ half-life)) over their behaviours.</summary>
/// <remarks>
/// One decayed sum a pair, brought up to date when it is touched. A pair without a behaviour for 16 half-lives at the
/// stage's event time counts as never met, and so does one whose user was forgotten since. Two cells are visited at each behaviour, and
/// such pairs are given up then.
/// </remarks>
/// <param name="halfLife">Age at which a behaviour counts half.</param>
/// <param name="users">The users of which something is kept; a user's row owns its pairs.</param>
internal sealed class ClosenessSums(TimeSpan halfLife, RecentKeys users)
{
    private const int LifeInHalfLives = 16;
    private readonly double _halfLife = halfLife.TotalMilliseconds;
    private readonly KeyIndex _index = new();
    private readonly CellPool<Pair> _pairs = new();
    private int _sweep;

    /// <summary>Pairs in memory.</summary>
    public int Count => _index.Count;

    /// <summary>Adds a behaviour of <paramref name="weight"/> at <paramref name="at"/>.</summary>
    /// <param name="row">The user's row.</param>
    /// <param name="item">Hash of the item.</param>
    /// <param name="weight">Its weight.</param>
    /// <param name="at">The time at which it counts.</param>
    /// <param name="now">Event time.</param>
    public void Add(int row, ulong item, double weight, long at, long now)
    {
        if (weight <= 0 || IsOver(at, now))
        {
            return;
        }

        ulong key = KeyHash.Combine(users.KeyOf(row), item);
        int birth = users.BirthOf(row);
        if (!_index.TryGet(key, out int index))
        {
            index = _pairs.Rent();
            _index.Set(key, index);
            _pairs[index] = new Pair { Key = key, At = at, Owner = row, Birth = birth };
        }

        ref Pair pair = ref _pairs[index];
        if (pair.Owner != row || pair.Birth != birth || IsOver(pair.At, now))
        {
            pair = new Pair { Key = key, At = at, Owner = row, Birth = birth };
        }

        if (at >= pair.At)
        {
            pair.Sum = (pair.Sum * Decay(at - pair.At)) + weight;
            pair.At = at;
        }
        else
        {
            pair.Sum += weight * Decay(pair.At - at);
        }

        Sweep(now);
        Sweep(now);
    }

    /// <summary>Closeness at <paramref name="at"/>; behaviours later than that count with age 0. 0 where they never met.</summary>
    /// <param name="row">The user's row; -1 = nothing is kept of it.</param>
    /// <param name="item">Hash of the item.</param>
    /// <param name="at">The time.</param>
    /// <param name="now">Event time.</param>
    public double Read(int row, ulong item, long at, long now)
    {
        if (row < 0 || !_index.TryGet(KeyHash.Combine(users.KeyOf(row), item), out int index))
        {
            return 0;
        }

        ref readonly Pair pair = ref _pairs[index];
        return IsVoid(pair, now) ? 0 : Math.Log(1 + (pair.Sum * Decay(Math.Max(0, at - pair.At))));
    }

    public void Save(BinaryWriter destination)
    {
        int count = 0;
        for (int i = 0; i < _pairs.HighWater; i++)
        {
            count += IsOwned(_pairs[i]) ? 1 : 0;
        }

        destination.Write(count);
        for (int i = 0; i < _pairs.HighWater; i++)
        {
            ref readonly Pair pair = ref _pairs[i];
            if (IsOwned(pair))
            {
                destination.Write(pair.Key);
                destination.Write(pair.Sum);
                destination.Write(pair.At);
                destination.Write(users.KeyOf(pair.Owner));
            }
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote; the users have been restored.</summary>
    public void Restore(BinaryReader source)
    {
        _index.Clear();
        _pairs.Clear();
        _sweep = 0;
        for (int count = source.ReadInt32(); count > 0; count--)
        {
            int index = _pairs.Rent();
            ref Pair pair = ref _pairs[index];
            (pair.Key, pair.Sum, pair.At) = (source.ReadUInt64(), source.ReadDouble(), source.ReadInt64());
            pair.Owner = users.RowOf(source.ReadUInt64());
            pair.Birth = users.BirthOf(pair.Owner);
            _index.Set(pair.Key, index);
        }
    }

    private double Decay(long age) => age == 0 ? 1 : Math.Pow(2, -age / _halfLife);

    private bool IsOver(long at, long now) => now - at > LifeInHalfLives * _halfLife;

    private bool IsOwned(in Pair pair) => pair.Sum > 0 && users.BirthOf(pair.Owner) == pair.Birth;

    private bool IsVoid(in Pair pair, long now) => IsOver(pair.At, now) || users.BirthOf(pair.Owner) != pair.Birth;

    private void Sweep(long now)
    {
        if (++_sweep >= _pairs.HighWater)
        {
            _sweep = 0;
        }

        if (_pairs[_sweep].Sum > 0 && IsVoid(_pairs[_sweep], now))
        {
            _index.Remove(_pairs[_sweep].Key);
            _pairs.Return(_sweep);
        }
    }

    private struct Pair
    {
        public ulong Key;
        public double Sum;
        public long At;

        /// <summary>Row of the user.</summary>
        public int Owner;

        /// <summary>Birth of the user; a row of another birth is another user's, or this one's after it was forgotten.</summary>
        public int Birth;
    }
}
