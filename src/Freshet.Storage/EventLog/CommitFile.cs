using FASTER.core;
using Freshet.Core.Ports;
using Microsoft.Win32.SafeHandles;

namespace Freshet.Storage.EventLog;

/// <summary>
/// The file <c>commits</c> of a partition: two slots written in turn, so that a crash in the middle of one leaves the other.
/// </summary>
/// <remarks>
/// Never grows after it was made, so a full disk cannot stop it. FasterLog calls <see cref="Commit"/> on a thread of the
/// pool, where an exception would be lost: a failure is kept in <see cref="Failure"/> for the log to throw.
/// </remarks>
internal sealed class CommitFile : ILogCommitManager
{
    public const string FileName = "commits";
    private readonly SafeFileHandle _file;
    private readonly byte[] _slot = new byte[CommitRecord.SlotSize];
    private volatile CommitRecord? _latest; // written by FasterLog's commit thread, read by any
    private volatile Exception? _failure; // the same

    /// <summary>Opens or makes the file in <paramref name="folder"/>.</summary>
    /// <exception cref="EventLogException">It holds something, but no whole record.</exception>
    public CommitFile(string folder)
    {
        string path = Path.Combine(folder, FileName);
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            if (RandomAccess.GetLength(_file) == 0)
            {
                RandomAccess.Write(_file, new byte[2 * CommitRecord.SlotSize], 0);
                RandomAccess.FlushToDisk(_file);
            }

            byte[] slots = new byte[2 * CommitRecord.SlotSize];
            int read = RandomAccess.Read(_file, slots, 0);
            Span<byte> present = slots.AsSpan(0, read);
            CommitRecord? first = CommitRecord.Read(slots.AsSpan(0, CommitRecord.SlotSize));
            CommitRecord? second = CommitRecord.Read(slots.AsSpan(CommitRecord.SlotSize));
            TornSlots = (IsTorn(first, slots.AsSpan(0, CommitRecord.SlotSize)) ? 1 : 0) + (IsTorn(second, slots.AsSpan(CommitRecord.SlotSize)) ? 1 : 0);
            _latest = (first?.Number ?? 0) > (second?.Number ?? 0) ? first : second;
            bool segments = Directory.EnumerateFiles(folder, PartitionLog.SegmentPrefix + "*").Any();
            if (_latest is null && segments && present.ContainsAnyExcept((byte)0))
            {
                throw new EventLogException(
                    $"Event log partition '{folder}' cannot be opened: neither slot of its file '{FileName}' holds a whole record, so " +
                    "what is durable is not known. Nothing was changed. Restore that file from a copy, or choose another folder.");
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The newest record on disk; null before the first commit.</summary>
    public CommitRecord? Latest => _latest;

    /// <summary>Slots that held something but no whole record when the file was opened.</summary>
    public int TornSlots { get; }

    /// <summary>Why a record could not be written; null while all is well.</summary>
    public Exception? Failure => _failure;

    /// <inheritdoc/>
    public void Commit(long beginAddress, long untilAddress, byte[] commitMetadata, long commitNum, bool forceWriteMetadata)
    {
        try
        {
            var record = new CommitRecord(commitNum, beginAddress, untilAddress, commitMetadata);
            Array.Clear(_slot);
            record.Write(_slot);
            RandomAccess.Write(_file, _slot, commitNum % 2 * CommitRecord.SlotSize);
            RandomAccess.FlushToDisk(_file);
            _latest = record;
        }
        catch (Exception error) when (error is IOException or ArgumentException or ObjectDisposedException)
        {
            _failure = error;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<long> ListCommits() => _latest is { } record ? [record.Number] : [];

    /// <inheritdoc/>
    public byte[]? GetCommitMetadata(long commitNum) => _latest is { } record && record.Number == commitNum ? record.Metadata : null;

    /// <inheritdoc/>
    public void RemoveCommit(long commitNum)
    {
        // A slot is removed by the record after next, which overwrites it.
    }

    /// <inheritdoc/>
    public void RemoveAllCommits()
    {
        // Only FasterLog.Reset asks for this, and it is never called here.
    }

    /// <inheritdoc/>
    public void OnRecovery(long commitNum)
    {
        // There is nothing to tidy: the other slot is the next to be written.
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static bool IsTorn(CommitRecord? record, ReadOnlySpan<byte> slot) => record is null && slot.ContainsAnyExcept((byte)0);
}
