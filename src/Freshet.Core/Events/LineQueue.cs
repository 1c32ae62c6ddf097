namespace Freshet.Core.Events;

/// <summary>Lines that wait in order, one behind the other in a ring of bytes that grows.</summary>
internal sealed class LineQueue
{
    private byte[] _bytes = new byte[64 << 10];
    private Entry[] _entries = new Entry[256];
    private int _head;
    private int _tail; // first byte behind the newest line

    /// <summary>Lines.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the ring.</summary>
    public long Bytes => _bytes.Length;

    /// <summary>Arrival and number of the oldest line.</summary>
    public (long Arrival, long Number) First => (Oldest.Arrival, Oldest.Number);

    /// <summary>Arrival of the newest line.</summary>
    public long LastArrival => _entries[(_head + Count - 1) & (_entries.Length - 1)].Arrival;

    private ref Entry Oldest => ref _entries[_head];

    /// <summary>Adds a line; it is copied.</summary>
    public void Add(ReadOnlySpan<byte> line, long arrival, long number, bool tooLong)
    {
        int start;
        while ((start = Place(line.Length)) < 0)
        {
            Grow();
        }

        if (Count == _entries.Length)
        {
            var larger = new Entry[_entries.Length * 2];
            for (int i = 0; i < Count; i++)
            {
                larger[i] = _entries[(_head + i) & (_entries.Length - 1)];
            }

            (_entries, _head) = (larger, 0);
        }

        line.CopyTo(_bytes.AsSpan(start));
        _tail = start + line.Length;
        _entries[(_head + Count++) & (_entries.Length - 1)] = new Entry(arrival, number, start, line.Length, tooLong);
    }

    /// <summary>Takes the oldest line, valid until the next one is added.</summary>
    public ReadOnlySpan<byte> Take(out bool tooLong)
    {
        Entry oldest = Oldest;
        tooLong = oldest.TooLong;
        _head = (_head + 1) & (_entries.Length - 1);
        Count--;
        return _bytes.AsSpan(oldest.Start, oldest.Length);
    }

    /// <summary>Where a line of <paramref name="length"/> bytes fits behind the newest one; -1 where the ring is too small.</summary>
    private int Place(int length)
    {
        if (Count == 0)
        {
            return length <= _bytes.Length ? 0 : -1;
        }

        int first = Oldest.Start;
        if (_tail > first)
        {
            return length <= _bytes.Length - _tail ? _tail : length < first ? 0 : -1;
        }

        return length < first - _tail ? _tail : -1;
    }

    private void Grow()
    {
        byte[] larger = new byte[checked(_bytes.Length * 2)];
        int end = 0;
        for (int i = 0; i < Count; i++)
        {
            ref Entry entry = ref _entries[(_head + i) & (_entries.Length - 1)];
            _bytes.AsSpan(entry.Start, entry.Length).CopyTo(larger.AsSpan(end));
            entry = entry with { Start = end };
            end += entry.Length;
        }

        (_bytes, _tail) = (larger, end);
    }

    private readonly record struct Entry(long Arrival, long Number, int Start, int Length, bool TooLong);
}
