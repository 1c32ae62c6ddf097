using Freshet.Core.Events;

namespace Freshet.Pipeline.Retention;

/// <summary>
/// Rows of the feature vectors of ranked pages, by the impression that each waits for. Over the limit the one that was served first leaves:
/// if its impression still comes, its vector is taken then.
/// </summary>
/// <remarks>Deterministic, by count and order alone. Not thread-safe.</remarks>
/// <param name="limit">Vectors that wait at most, at least 1.</param>
/// <param name="onEvicted">Told of each vector that leaves at the limit.</param>
internal sealed class ServedVectors(int limit, Action onEvicted)
{
    private readonly Dictionary<IdentityKey, (int Row, long Number)> _waiting = [];

    // In the order of service; an entry whose number is no longer that of its identity does not count.
    private readonly Queue<(IdentityKey Identity, long Number)> _order = new();
    private long _served;
    private long _replaced;
    private long _taken;
    private long _evicted;

    /// <summary>Outcomes of all vectors so far.</summary>
    public ServedCounts Counts => new(_served, _replaced, _taken, _evicted, _waiting.Count);

    /// <summary>Entries in memory, those whose vector has left included: at most 64, or twice what waits, and one.</summary>
    internal int Remembered => _order.Count;

    /// <summary>Says that a row is the vector of an impression to come, in place of the one before.</summary>
    public void Add(IdentityKey identity, int row)
    {
        _replaced += _waiting.ContainsKey(identity) ? 1 : 0;
        _waiting[identity] = (row, _served);
        _order.Enqueue((identity, _served++));
        while (_waiting.Count > limit)
        {
            EvictFirst();
        }

        if (_order.Count > 64 && _order.Count > 2 * _waiting.Count)
        {
            RemoveTaken();
        }
    }

    /// <summary>Takes the row of an impression that has come.</summary>
    /// <returns>False where none waits.</returns>
    public bool TryTake(IdentityKey identity, out int row)
    {
        bool isThere = _waiting.Remove(identity, out (int Row, long Number) known);
        _taken += isThere ? 1 : 0;
        row = known.Row;
        return isThere;
    }

    /// <summary>Writes the vectors that wait, in order, and the counts.</summary>
    public void Save(BinaryWriter writer)
    {
        RemoveTaken();
        writer.Write(_served);
        writer.Write(_replaced);
        writer.Write(_taken);
        writer.Write(_evicted);
        writer.Write(_order.Count);
        foreach ((IdentityKey identity, long number) in _order)
        {
            writer.Write(identity.High);
            writer.Write(identity.Low);
            writer.Write(number);
            writer.Write(_waiting[identity].Row);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote; what there was is gone.</summary>
    public void Restore(BinaryReader reader)
    {
        _waiting.Clear();
        _order.Clear();
        (_served, _replaced, _taken, _evicted) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            var identity = new IdentityKey(reader.ReadUInt64(), reader.ReadUInt64());
            long number = reader.ReadInt64();
            _waiting[identity] = (reader.ReadInt32(), number);
            _order.Enqueue((identity, number));
        }
    }

    private void EvictFirst()
    {
        (IdentityKey identity, long number) = _order.Dequeue();
        if (IsWaiting(identity, number))
        {
            _ = _waiting.Remove(identity);
            _evicted++;
            onEvicted();
        }
    }

    private void RemoveTaken()
    {
        for (int left = _order.Count; left > 0; left--)
        {
            (IdentityKey identity, long number) = _order.Dequeue();
            if (IsWaiting(identity, number))
            {
                _order.Enqueue((identity, number));
            }
        }
    }

    private bool IsWaiting(IdentityKey identity, long number) =>
        _waiting.TryGetValue(identity, out (int Row, long Number) known) && known.Number == number;
}
