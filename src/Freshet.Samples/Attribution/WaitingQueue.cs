namespace Freshet.Samples.Attribution;

/// <summary>Identities that wait for a time after their impression, by shown_at and then by when they began to wait.</summary>
/// <param name="wait">How long each waits, ms.</param>
internal sealed class WaitingQueue(long wait)
{
    private readonly PriorityQueue<int, (long ShownAt, long Number)> _waiting = new();
    private long _sequence;

    /// <summary>Lets an identity wait.</summary>
    /// <returns>Its number: those that began to wait earlier have less.</returns>
    public long Add(int index, long shownAt)
    {
        AddAgain(index, shownAt, _sequence);
        return _sequence++;
    }

    /// <summary>Lets a restored identity wait under the number that it had.</summary>
    public void AddAgain(int index, long shownAt, long number) => _waiting.Enqueue(index, (shownAt, number));

    /// <summary>Takes the next one whose wait is over at <paramref name="until"/>; it may wait under another time by now.</summary>
    public bool TryTake(long until, out int index, out (long ShownAt, long Number) entry)
    {
        if (_waiting.TryPeek(out index, out entry) && entry.ShownAt + wait < until)
        {
            _ = _waiting.Dequeue();
            return true;
        }

        return false;
    }

    /// <summary>Writes the next number for a checkpoint; who waits follows from the state.</summary>
    public void Save(BinaryWriter writer) => writer.Write(_sequence);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader) => _sequence = reader.ReadInt64();
}
