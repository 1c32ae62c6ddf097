namespace Freshet.Core.Ports;

/// <summary>Payloads read together, with their offsets. Owned by the caller and filled again and again; its buffers only grow.</summary>
public sealed class EventLogBatch
{
    private byte[] _bytes;
    private Record[] _records = new Record[64];
    private int _length;

    /// <summary>Creates an empty batch.</summary>
    /// <param name="targetSize">Bytes at which a reader stops adding, &gt; 0; the last payload may go over. Default: 256 KiB.</param>
    public EventLogBatch(int targetSize = 256 << 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(targetSize);
        TargetSize = targetSize;
        _bytes = new byte[targetSize];
    }

    /// <summary>Bytes at which a reader stops adding.</summary>
    public int TargetSize { get; }

    /// <summary>How many payloads it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of all payloads.</summary>
    public int Size => _length;

    /// <summary>Whether a reader should stop adding.</summary>
    public bool IsFull => _length >= TargetSize;

    /// <summary>Where reading goes on after this batch.</summary>
    public long NextOffset { get; private set; }

    /// <summary>The payload at <paramref name="index"/>, in [0, <see cref="Count"/>); valid until the batch is filled again.</summary>
    public ReadOnlySpan<byte> Payload(int index)
    {
        ref readonly Record record = ref _records.AsSpan(0, Count)[index];
        return _bytes.AsSpan(record.Start, record.Length);
    }

    /// <summary>The offset of the payload at <paramref name="index"/>, in [0, <see cref="Count"/>).</summary>
    public long Offset(int index) => _records.AsSpan(0, Count)[index].Offset;

    /// <summary>Empties the batch; for readers.</summary>
    /// <param name="offset">Where the reader stands.</param>
    public void Clear(long offset)
    {
        Count = 0;
        _length = 0;
        NextOffset = offset;
    }

    /// <summary>Copies one payload in; for readers.</summary>
    public void Add(ReadOnlySpan<byte> payload, long offset, long nextOffset)
    {
        if (_bytes.Length - _length < payload.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + payload.Length, 2 * _bytes.Length));
        }

        if (Count == _records.Length)
        {
            Array.Resize(ref _records, 2 * Count);
        }

        payload.CopyTo(_bytes.AsSpan(_length));
        _records[Count++] = new Record(offset, _length, payload.Length);
        _length += payload.Length;
        NextOffset = nextOffset;
    }

    private readonly record struct Record(long Offset, int Start, int Length);
}
