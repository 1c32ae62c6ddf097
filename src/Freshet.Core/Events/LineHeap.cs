namespace Freshet.Core.Events;

/// <summary>Lines that wait by (arrival, number), the least first. Their buffers are used again.</summary>
internal sealed class LineHeap
{
    private readonly PriorityQueue<int, (long Arrival, long Number)> _order = new();
    private readonly List<Entry> _entries = [];
    private readonly Stack<int> _free = new();

    /// <summary>Lines.</summary>
    public int Count => _order.Count;

    /// <summary>Bytes of all buffers.</summary>
    public long Bytes { get; private set; }

    /// <summary>Arrival and number of the line that leaves next.</summary>
    public (long Arrival, long Number) First => _order.TryPeek(out _, out (long, long) first) ? first : default;

    /// <summary>Adds a line; it is copied.</summary>
    public void Add(ReadOnlySpan<byte> line, long arrival, long number, bool tooLong)
    {
        if (!_free.TryPop(out int place))
        {
            place = _entries.Count;
            _entries.Add(new Entry([], 0, false));
        }

        byte[] bytes = _entries[place].Bytes;
        if (bytes.Length < line.Length)
        {
            Bytes -= bytes.Length;
            bytes = new byte[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(256, line.Length))];
            Bytes += bytes.Length;
        }

        line.CopyTo(bytes);
        _entries[place] = new Entry(bytes, line.Length, tooLong);
        _order.Enqueue(place, (arrival, number));
    }

    /// <summary>Takes the first line, valid until the next one is added.</summary>
    public ReadOnlySpan<byte> Take(out bool tooLong)
    {
        int place = _order.Dequeue();
        _free.Push(place);
        tooLong = _entries[place].TooLong;
        return _entries[place].Bytes.AsSpan(0, _entries[place].Length);
    }

    private readonly record struct Entry(byte[] Bytes, int Length, bool TooLong);
}
