using Freshet.Core.Ports;

namespace Freshet.Storage.EventLog;

/// <summary>An event log in a folder of the local disk: one FasterLog a partition.</summary>
/// <remarks>
/// One process at a time has the folder open. What <see cref="Commit"/> acknowledged survives the death of the process
/// and of the machine; what was only appended may or may not be there after a crash: it is not delivered. The files are
/// described in docs/formats.md.
/// </remarks>
public sealed class FasterEventLog : IEventLog
{
    internal const string LockName = "lock";

    private readonly FileStream _lock;
    private readonly PartitionLog[] _partitions;
    private readonly Task[] _commits;
    private readonly Lock _committing = new();

    private FasterEventLog(FileStream folderLock, PartitionLog[] partitions, int pageSize)
    {
        _lock = folderLock;
        _partitions = partitions;
        _commits = new Task[partitions.Length];
        // The first page of a log begins at 64, and the entry has a header.
        MaxPayloadSize = pageSize - 64 - PartitionLog.EntryHeaderSize;
    }

    /// <summary>Opens the log in <paramref name="folder"/>, or makes a new one there.</summary>
    /// <param name="folder">Made where missing.</param>
    /// <param name="options">Of a log that exists only the partition count is compared; page and segment size are those on disk.</param>
    /// <exception cref="ArgumentException">Options out of range, all named in one message.</exception>
    /// <exception cref="EventLogException">The folder is in use, of another partition count or version, or damaged.</exception>
    public static FasterEventLog Open(string folder, EventLogOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfWrong();
        FileStream? folderLock = null;
        var partitions = new PartitionLog[options.PartitionCount];
        try
        {
            _ = Directory.CreateDirectory(folder);
            folderLock = TakeLock(folder);
            options = EventLogMeta.OpenOrCreate(folder, options);
            options = options with { MemorySize = Math.Max(options.MemorySize, 2L * options.PageSize) };
            ThrowIfPartitionIsMissing(folder, options.PartitionCount);
            for (int i = 0; i < partitions.Length; i++)
            {
                partitions[i] = new PartitionLog(PartitionFolder(folder, i), options);
            }

            return new FasterEventLog(folderLock, partitions, options.PageSize);
        }
        catch (Exception error)
        {
            Array.ForEach(partitions, partition => partition?.Dispose());
            folderLock?.Dispose();
            if (error is EventLogException or not (IOException or UnauthorizedAccessException))
            {
                throw;
            }

            throw new EventLogException($"Event log '{folder}' cannot be opened: {error.Message} Check the folder and the space on its disk.", error);
        }
    }

    /// <summary>Opens the log that is in <paramref name="folder"/>, with the partitions and sizes that it was made with.</summary>
    /// <remarks>Takes the least memory: two pages per partition. It can be appended to all the same.</remarks>
    /// <exception cref="EventLogException">There is no log, or it is in use, of another version, or damaged.</exception>
    public static FasterEventLog OpenExisting(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        EventLogOptions options = EventLogMeta.Read(folder);
        return Open(folder, options with { MemorySize = 2L * options.PageSize });
    }

    /// <summary>Whether <paramref name="folder"/> holds an event log, damaged or not.</summary>
    public static bool IsLog(string folder) => File.Exists(Path.Combine(folder, EventLogMeta.FileName));

    /// <inheritdoc/>
    public int PartitionCount => _partitions.Length;

    /// <inheritdoc/>
    public int MaxPayloadSize { get; }

    /// <inheritdoc/>
    public long Append(int partition, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || payload.Length > MaxPayloadSize)
        {
            ThrowPayloadSize(payload.Length);
        }

        return _partitions[partition].Append(payload);
    }

    /// <inheritdoc/>
    public void Commit()
    {
        lock (_committing)
        {
            for (int i = 0; i < _partitions.Length; i++)
            {
                _commits[i] = _partitions[i].StartCommit();
            }

            EventLogException? failure = null;
            for (int i = 0; i < _partitions.Length; i++)
            {
                try
                {
                    _partitions[i].FinishCommit(_commits[i]);
                }
                catch (EventLogException error)
                {
                    failure ??= error;
                }
            }

            if (failure is not null)
            {
                throw failure;
            }
        }
    }

    /// <inheritdoc/>
    public long BeginOffset(int partition) => _partitions[partition].BeginOffset;

    /// <inheritdoc/>
    public long EndOffset(int partition) => _partitions[partition].EndOffset;

    /// <inheritdoc/>
    public IEventLogReader OpenReader(int partition, long offset)
    {
        PartitionLog log = _partitions[partition];
        if (offset < log.BeginOffset)
        {
            throw PartitionReader.Removed(partition, offset, log.BeginOffset);
        }

        if (offset > log.EndOffset)
        {
            throw new EventLogException(
                $"Event log partition {partition} cannot be read from offset {offset}: its end is {log.EndOffset}. " +
                "The offset is of another log, or of events that were never acknowledged; start at an offset that was read.");
        }

        return new PartitionReader(log, partition, offset);
    }

    /// <inheritdoc/>
    public void TruncateBefore(int partition, long offset)
    {
        _partitions[partition].TruncateBefore(offset);
        Commit();
    }

    /// <summary>Removes the segment files that <paramref name="retention"/> does not ask to keep.</summary>
    /// <param name="retention">What to keep at least.</param>
    /// <param name="time">The clock that ages are measured with, against the files' times of last write.</param>
    /// <exception cref="EventLogException">The removal could not be made durable.</exception>
    public void ApplyRetention(EventLogRetention retention, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(retention);
        ArgumentNullException.ThrowIfNull(time);
        foreach (PartitionLog partition in _partitions)
        {
            partition.TruncateBefore(partition.RetentionOffset(retention, time.GetUtcNow()));
        }

        Commit();
    }

    /// <summary>Closes the log; what was appended and not committed is lost. Readers must be closed before.</summary>
    public void Dispose()
    {
        foreach (PartitionLog partition in _partitions)
        {
            partition.Dispose();
        }

        _lock.Dispose();
    }

    /// <summary>The folder of a partition.</summary>
    internal static string PartitionFolder(string folder, int partition) => Path.Combine(folder, $"partition-{partition:D4}");

    /// <summary>Holds the folder until it is disposed of.</summary>
    /// <exception cref="EventLogException">Another process holds it, or this one.</exception>
    internal static FileStream TakeLock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new EventLogException(
                $"Event log '{folder}' cannot be opened: its file 'lock' is held by another process, or by this one ({error.Message}). " +
                "Close the log there first.", error);
        }
    }

    /// <summary>All folders are made before the first payload, so one that is missing beside segments was lost.</summary>
    private static void ThrowIfPartitionIsMissing(string folder, int partitions)
    {
        string[] folders = [.. Enumerable.Range(0, partitions).Select(partition => PartitionFolder(folder, partition))];
        bool holdsEvents = folders.Any(path => Directory.Exists(path)
            && new DirectoryInfo(path).EnumerateFiles(PartitionLog.SegmentPrefix + "*").Any(segment => segment.Length > 0));
        if (holdsEvents && folders.FirstOrDefault(path => !Directory.Exists(path)) is { } missing)
        {
            throw new EventLogException(
                $"Event log '{folder}' cannot be opened: its folder '{Path.GetFileName(missing)}' is missing, and others hold events. Nothing was " +
                "changed. Restore that folder from a copy; without one its events are lost, and the others can be copied into a new log.");
        }
    }

    private void ThrowPayloadSize(int length) => throw new ArgumentException(
        $"A payload has 1 to {MaxPayloadSize} bytes (a page, PageSize, less its headers); got {length}. Nothing was appended.");
}
