using Freshet.Features.Keys;

namespace Freshet.Features.Histories;

/// <summary>Closeness of users and items: ln(1 + Σ weight·2^(−age ÷ half-life)) over their behaviours.</summary>
/// <remarks>
/// One decayed sum a pair, brought up to date when it is touched. A pair without a behaviour for 16 half-lives at the
/// stage's event time counts as never met; two cells are visited at each behaviour, and such pairs are given up then.
/// </remarks>
internal sealed class ClosenessSums(TimeSpan halfLife)
{
    private const int LifeInHalfLives = 16;
    private readonly double _halfLife = halfLife.TotalMilliseconds;
    private readonly KeyIndex _index = new();
    private readonly CellPool<Pair> _pairs = new();
    private int _sweep;

    /// <summary>Pairs in memory.</summary>
    public int Count => _index.Count;

    /// <summary>Adds a behaviour of <paramref name="weight"/> at <paramref name="at"/>.</summary>
    public void Add(ulong user, ulong item, double weight, long at, long now)
    {
        if (weight <= 0 || IsOver(at, now))
        {
            return;
        }

        ulong key = KeyHash.Combine(user, item);
        if (!_index.TryGet(key, out int index))
        {
            index = _pairs.Rent();
            _index.Set(key, index);
            _pairs[index] = new Pair { Key = key, At = at };
        }

        ref Pair pair = ref _pairs[index];
        if (IsOver(pair.At, now))
        {
            pair.Sum = 0;
            pair.At = at;
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
    public double Read(ulong user, ulong item, long at, long now)
    {
        if (!_index.TryGet(KeyHash.Combine(user, item), out int index))
        {
            return 0;
        }

        ref readonly Pair pair = ref _pairs[index];
        return IsOver(pair.At, now) ? 0 : Math.Log(1 + (pair.Sum * Decay(Math.Max(0, at - pair.At))));
    }

    public void Save(BinaryWriter destination)
    {
        destination.Write(_index.Count);
        for (int i = 0; i < _pairs.HighWater; i++)
        {
            if (_pairs[i].Sum > 0)
            {
                destination.Write(_pairs[i].Key);
                destination.Write(_pairs[i].Sum);
                destination.Write(_pairs[i].At);
            }
        }
    }

    public void Restore(BinaryReader source)
    {
        _index.Clear();
        _pairs.Clear();
        _sweep = 0;
        int count = source.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            int index = _pairs.Rent();
            _pairs[index] = new Pair { Key = source.ReadUInt64(), Sum = source.ReadDouble(), At = source.ReadInt64() };
            _index.Set(_pairs[index].Key, index);
        }
    }

    private double Decay(long age) => age == 0 ? 1 : Math.Pow(2, -age / _halfLife);

    private bool IsOver(long at, long now) => now - at > LifeInHalfLives * _halfLife;

    private void Sweep(long now)
    {
        if (++_sweep >= _pairs.HighWater)
        {
            _sweep = 0;
        }

        if (_pairs[_sweep].Sum > 0 && IsOver(_pairs[_sweep].At, now))
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
    }
}
