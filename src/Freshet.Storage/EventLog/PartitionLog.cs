using FASTER.core;
using Freshet.Core.Ports;

namespace Freshet.Storage.EventLog;

/// <summary>One partition: a FasterLog over segment files <c>log.0</c>, <c>log.1</c>, … and its commit file.</summary>
internal sealed class PartitionLog : IDisposable
{
    public const string SegmentPrefix = "log.";
    public const int EntryHeaderSize = 12; // FasterLog: checksum (8), length (4)

    private readonly Lock _appending = new();
    private readonly EventLogOptions _options;
    private readonly CommitFile _commits;
    private readonly ManagedLocalStorageDevice _device;
    private readonly FasterLog _log;

    /// <summary>Opens or makes the partition and recovers it to its last acknowledged payload.</summary>
    /// <exception cref="EventLogException">A file is missing, short or damaged.</exception>
    public PartitionLog(string folder, EventLogOptions options)
    {
        Folder = folder;
        _options = options;
        _ = Directory.CreateDirectory(folder);
        _commits = new CommitFile(folder);
        try
        {
            ThrowIfSegmentsAreShort();
            // Buffering disabled means O_SYNC: a write is on the disk before FasterLog counts it as flushed.
            _device = new ManagedLocalStorageDevice(
                Path.Combine(folder, "log"), preallocateFile: false, deleteOnClose: false, disableFileBuffering: true);
            _log = new FasterLog(new FasterLogSettings
            {
                LogDevice = _device,
                LogCommitManager = _commits,
                LogChecksum = LogChecksumType.PerEntry,
                PageSize = options.PageSize,
                MemorySize = options.MemorySize,
                SegmentSize = options.SegmentSize,
                TryRecoverLatest = false, // it hides what went wrong, and starts anew over the old files
            });
            Recover();
        }
        catch
        {
            _log?.Dispose();
            _device?.Dispose();
            _commits.Dispose();
            throw;
        }
    }

    /// <summary>The partition's folder.</summary>
    public string Folder { get; }

    /// <summary>Bytes of a page.</summary>
    public int PageSize => _options.PageSize;

    /// <summary>Offset of the first payload that is kept.</summary>
    public long BeginOffset => _log.BeginAddress;

    /// <summary>Offset after the last acknowledged payload.</summary>
    public long EndOffset => _commits.Latest?.UntilAddress ?? _log.BeginAddress;

    /// <summary>Slots of the commit file that were torn when it was opened; at most one, or it would not have been.</summary>
    public int TornCommits => _commits.TornSlots;

    /// <summary>Offset of the first damaged entry of the pages that were read into memory on opening; nothing from it on is delivered.</summary>
    public long DamagedAt { get; private set; } = long.MaxValue;

    /// <summary>Appends without acknowledging.</summary>
    public long Append(ReadOnlySpan<byte> payload)
    {
        try
        {
            // One at a time: then a payload skips the rest of a page only where it does not fit, which readers check.
            lock (_appending)
            {
                return _log.Enqueue(payload);
            }
        }
        catch (CommitFailureException error)
        {
            throw Failed(error);
        }
    }

    /// <summary>Begins to make durable what was appended; <see cref="FinishCommit"/> waits for it.</summary>
    public Task StartCommit()
    {
        try
        {
            return _log.CommitAsync().AsTask();
        }
        catch (Exception error) when (error is FasterException or IOException)
        {
            return Task.FromException(error);
        }
    }

    /// <summary>Waits for a commit and says whether everything is durable.</summary>
    public void FinishCommit(Task commit)
    {
        try
        {
            commit.GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is FasterException or IOException)
        {
            throw Failed(error);
        }

        if (_commits.Failure is { } failure)
        {
            throw Failed(failure);
        }
    }

    /// <summary>Opens a scan that ends where the acknowledged payloads end.</summary>
    public FasterLogScanIterator Scan(long offset) => _log.Scan(offset, long.MaxValue, recover: false);

    /// <summary>Removes whole pages before <paramref name="offset"/>; durable with the next commit.</summary>
    public void TruncateBefore(long offset)
    {
        if (offset > EndOffset)
        {
            throw new EventLogException(
                $"Event log partition '{Folder}' cannot be truncated before offset {offset}: its end is {EndOffset}. Nothing was removed. " +
                "Truncate before an offset that was read.");
        }

        if (offset - (offset % PageSize) > _log.BeginAddress)
        {
            _log.TruncateUntilPageStart(offset);
        }
    }

    /// <summary>The offset before which retention wants everything removed; <see cref="BeginOffset"/> where nothing is to go.</summary>
    public long RetentionOffset(EventLogRetention retention, DateTimeOffset now)
    {
        long begin = BeginOffset, end = EndOffset;
        long segment = begin / _options.SegmentSize, last = end / _options.SegmentSize;
        while (segment < last && IsExpired(segment, end, retention, now))
        {
            segment++;
        }

        return Math.Max(begin, segment * _options.SegmentSize);
    }

    /// <summary>Closes the files; what was not committed is lost.</summary>
    public void Dispose()
    {
        _log.Dispose();
        _device.Dispose();
        _commits.Dispose();
    }

    /// <summary>Bytes behind the end up to the last that is not zero: appended and written, never acknowledged.</summary>
    public long CountUnacknowledged()
    {
        long end = EndOffset, last = end;
        byte[] buffer = new byte[1 << 16];
        for (long segment = end / _options.SegmentSize; File.Exists(SegmentPath(segment)); segment++)
        {
            using FileStream file = new(SegmentPath(segment), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            long start = segment * _options.SegmentSize;
            file.Position = Math.Min(file.Length, Math.Max(0, end - start));
            for (int read = file.Read(buffer); read > 0; read = file.Read(buffer))
            {
                int lastByte = buffer.AsSpan(0, read).LastIndexOfAnyExcept((byte)0);
                last = lastByte < 0 ? last : start + file.Position - read + lastByte + 1;
            }
        }

        return last - end;
    }

    private bool IsExpired(long segment, long end, EventLogRetention retention, DateTimeOffset now)
    {
        bool tooMuch = end - (segment * _options.SegmentSize) > retention.MaxPartitionSize;
        bool tooOld = retention.MaxAge is { } age && now - File.GetLastWriteTimeUtc(SegmentPath(segment)) > age;
        return tooMuch || tooOld;
    }

    private void Recover()
    {
        if (_commits.Latest is not { } commit)
        {
            return;
        }

        try
        {
            _log.Recover();
        }
        catch (Exception error) when (error is FasterException or IOException)
        {
            throw Damaged($"it cannot be recovered to offset {commit.UntilAddress}: {error.Message}");
        }

        if (_log.CommittedUntilAddress != commit.UntilAddress)
        {
            throw Damaged($"it was acknowledged up to offset {commit.UntilAddress}, and only {_log.CommittedUntilAddress} could be recovered");
        }

        long lastPage = (commit.UntilAddress - 1) / PageSize * PageSize;
        DamagedAt = new TailCheck(Folder, PageSize, _options.SegmentSize)
            .FindDamage(Math.Max(_log.BeginAddress, lastPage + PageSize - _options.MemorySize), commit.UntilAddress);
    }

    private void ThrowIfSegmentsAreShort()
    {
        if (_commits.Latest is not { } commit || commit.UntilAddress == commit.BeginAddress)
        {
            return;
        }

        for (long segment = commit.BeginAddress / _options.SegmentSize; segment * _options.SegmentSize < commit.UntilAddress; segment++)
        {
            var file = new FileInfo(SegmentPath(segment));
            long needed = Math.Min(_options.SegmentSize, commit.UntilAddress - (segment * _options.SegmentSize));
            if (!file.Exists || file.Length < needed)
            {
                throw Damaged(
                    $"file '{file.Name}' has {(file.Exists ? file.Length : 0)} bytes, and {needed} were acknowledged");
            }
        }
    }

    private string SegmentPath(long segment) => Path.Combine(Folder, $"{SegmentPrefix}{segment}");

    private EventLogException Damaged(string what) => new(
        $"Event log partition '{Folder}' cannot be opened: {what}. Nothing was changed. Restore the folder from a copy; if there is none, " +
        "move this folder aside and import what can be had from elsewhere.");

    private EventLogException Failed(Exception error) => new(
        $"Event log partition '{Folder}' cannot be written: {error.Message} (free on that disk: {FreeBytes()} bytes). Everything up to offset " +
        $"{EndOffset} is durable and can be read; what was appended after it is not. Free space, then open the log again and append the rest.",
        error);

    private string FreeBytes()
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(Folder)).AvailableFreeSpace.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return "unknown";
        }
    }
}
