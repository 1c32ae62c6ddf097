using FASTER.core;
using Freshet.Core.Ports;

namespace Freshet.Storage.EventLog;

/// <summary>Reads a partition and checks that no acknowledged payload is passed over.</summary>
/// <remarks>
/// FasterLog takes zeros for the end of a page and goes on with the next. Here a page may end early only where the next
/// payload would not have fitted; any other jump is damage.
/// </remarks>
internal sealed class PartitionReader(PartitionLog log, int partition, long offset) : IEventLogReader, ILogEntryConsumer
{
    private FasterLogScanIterator? _scan;
    private EventLogBatch? _batch;
    private long _next = offset;
    private long _jumpedTo = -1;
    private bool _isDamaged;

    /// <inheritdoc/>
    public long Offset { get; private set; } = offset;

    /// <inheritdoc/>
    public bool TryRead(EventLogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.Clear(Offset);
        long end = log.EndOffset;
        if (Offset >= end)
        {
            return false;
        }

        if (Offset < log.BeginOffset)
        {
            throw Removed(partition, Offset, log.BeginOffset);
        }

        try
        {
            Fill(batch, end);
        }
        catch (EventLogException) when (batch.Count > 0)
        {
            // What is whole before the damage is delivered first; the next call meets the damage.
            Offset = _next;
            Reset();
            return true;
        }
        catch
        {
            batch.Clear(Offset);
            Reset();
            throw;
        }

        Offset = _next;
        return batch.Count > 0;
    }

    /// <summary>Takes one payload from the scan.</summary>
    void ILogEntryConsumer.Consume(ReadOnlySpan<byte> entry, long currentAddress, long nextAddress)
    {
        if (currentAddress >= log.DamagedAt)
        {
            _isDamaged = true;
            return;
        }

        if (currentAddress != _next && !IsPageTurn(currentAddress, entry.Length))
        {
            _jumpedTo = currentAddress;
            return;
        }

        _batch!.Add(entry, currentAddress, nextAddress);
        _next = nextAddress;
    }

    /// <inheritdoc/>
    public void Dispose() => _scan?.Dispose();

    /// <summary>What a reader says where retention was faster than it.</summary>
    public static EventLogException Removed(int partition, long offset, long begin) => new(
        $"Event log partition {partition} cannot be read from offset {offset}: retention removed what was before {begin}. " +
        $"Open a reader at {begin} to go on without it, and keep more (EventLogRetention) if that is too little.");

    private void Fill(EventLogBatch batch, long end)
    {
        _batch = batch;
        _scan ??= log.Scan(Offset);
        while (!batch.IsFull && _next < end && TryConsume())
        {
            if (_isDamaged)
            {
                throw Damaged("its checksum is not that of its bytes");
            }

            if (_jumpedTo >= 0)
            {
                throw _next < log.BeginOffset ? Removed(partition, _next, log.BeginOffset) : Damaged($"nothing whole is there before {_jumpedTo}");
            }
        }

        if (!batch.IsFull && _next < end)
        {
            // The tail may stand at the start of a page that holds nothing yet.
            if (end % log.PageSize != 0 || end - _next >= log.PageSize)
            {
                throw _next < log.BeginOffset ? Removed(partition, _next, log.BeginOffset) : Damaged($"nothing whole is there before the end, {end}");
            }
        }
    }

    private bool TryConsume()
    {
        try
        {
            return _scan!.TryConsumeNext(this);
        }
        catch (FasterException error)
        {
            throw Damaged(error.Message);
        }
    }

    private bool IsPageTurn(long address, int length)
    {
        long pageEnd = (_next + log.PageSize - 1) / log.PageSize * log.PageSize;
        int allocated = PartitionLog.EntryHeaderSize + ((length + 3) & ~3);
        return address == pageEnd && allocated > pageEnd - _next;
    }

    private void Reset()
    {
        _scan?.Dispose();
        _scan = null;
        _next = Offset;
        _jumpedTo = -1;
        _isDamaged = false;
    }

    private EventLogException Damaged(string what) => new(
        $"Event log partition {partition} is damaged at offset {_next} in '{log.Folder}': {what}. Payloads before it were read; " +
        "those after it are not delivered. Restore the folder from a copy.");
}
