using System.Text;
using Freshet.Core.Events;
using Freshet.Core.Ports;

namespace Freshet.Storage.EventLog.Inspection;

/// <summary>Reads all of an event log and says what is in it and what is damaged. Changes nothing.</summary>
public static class EventLogInspector
{
    /// <summary>Most malformed payloads whose place a report names; all are counted.</summary>
    public const int MaxMalformedShown = 20;

    /// <summary>Inspects the log in <paramref name="folder"/>; damage of a partition is in the report.</summary>
    /// <param name="folder">The folder of a log that no process has open.</param>
    /// <param name="cancellation">Ends the inspection with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="EventLogException">There is no log, it is in use, or its meta is damaged.</exception>
    public static EventLogReport Inspect(string folder, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        EventLogOptions options = EventLogMeta.Read(folder);
        options = options with { MemorySize = 2L * options.PageSize };
        using FileStream folderLock = FasterEventLog.TakeLock(folder);
        var found = new Findings();
        PartitionReport[] partitions = [.. Enumerable.Range(0, options.PartitionCount)
            .Select(partition => Inspect(partition, FasterEventLog.PartitionFolder(folder, partition), options, found, cancellation))];
        return new EventLogReport
        {
            Folder = folder,
            PageSize = options.PageSize,
            SegmentSize = options.SegmentSize,
            Partitions = partitions,
            Types = found.Types(),
            MalformedPayloads = found.Malformed,
            Damage = found.Damage,
        };
    }

    private static PartitionReport Inspect(
        int partition, string folder, EventLogOptions options, Findings found, CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(folder, CommitFile.FileName)))
        {
            found.Damage.Add(new EventLogDamage(
                partition, "unusable", null,
                $"Folder '{folder}' or its file '{CommitFile.FileName}' is missing, so nothing of partition {partition} can be read. Restore the folder " +
                "from a copy; without one its events are lost, and the other partitions can be copied into a new log."));
            return new Counts(partition).Report(0, 0, 0);
        }

        try
        {
            using var log = new PartitionLog(folder, options);
            if (log.TornCommits > 0)
            {
                found.Damage.Add(new EventLogDamage(
                    partition, "torn_commit", log.EndOffset,
                    $"Partition {partition}: one of its two commit records is torn, and the other one counts: everything before offset {log.EndOffset} is " +
                    "there. After a loss of power nothing acknowledged is missing: append what was not acknowledged, and the next commits " +
                    "overwrite the torn record. Otherwise restore the folder from a copy."));
            }

            Counts counts = Read(partition, log, found, cancellation);
            return counts.Report(log.BeginOffset, log.EndOffset, log.CountUnacknowledged());
        }
        catch (EventLogException error)
        {
            found.Damage.Add(new EventLogDamage(partition, "unusable", null, error.Message));
            return new Counts(partition).Report(0, 0, 0);
        }
    }

    private static Counts Read(int partition, PartitionLog log, Findings found, CancellationToken cancellation)
    {
        using var reader = new PartitionReader(log, partition, log.BeginOffset);
        var batch = new EventLogBatch();
        var counts = new Counts(partition);
        try
        {
            while (reader.TryRead(batch))
            {
                cancellation.ThrowIfCancellationRequested();
                counts.Add(batch, found);
            }
        }
        catch (EventLogException error)
        {
            found.Damage.Add(new EventLogDamage(partition, "unreadable", reader.Offset, error.Message));
        }

        return counts;
    }

    /// <summary>What all partitions add to.</summary>
    private sealed class Findings
    {
        private const int MaxTypes = 1_000;
        private readonly Dictionary<string, long> _types = [];
        private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _typesByText;

        public Findings() => _typesByText = _types.GetAlternateLookup<ReadOnlySpan<char>>();

        public List<MalformedPayload> Malformed { get; } = [];

        public List<EventLogDamage> Damage { get; } = [];

        public void AddType(ReadOnlySpan<byte> type)
        {
            char[]? large = type.Length > 256 ? new char[type.Length] : null;
            Span<char> text = large ?? stackalloc char[256];
            text = text[..Encoding.UTF8.GetChars(type, text)];
            if (_types.Count >= MaxTypes && !_typesByText.ContainsKey(text))
            {
                text = "(others)".ToCharArray();
            }

            _typesByText[text] = _typesByText.TryGetValue(text, out long count) ? count + 1 : 1;
        }

        public IReadOnlyList<EventTypeCount> Types() =>
            [.. _types.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => new EventTypeCount(entry.Key, entry.Value))];
    }

    /// <summary>What is counted of one partition.</summary>
    private sealed class Counts(int partition)
    {
        private readonly EventJsonReader _json = new();
        private readonly BehaviourEvent _event = new();
        private long _records;
        private long _bytes;
        private long _events;
        private long _malformed;
        private long _firstAt = long.MaxValue;
        private long _lastAt = long.MinValue;
        private long _firstArrival = long.MaxValue;
        private long _lastArrival = long.MinValue;

        public void Add(EventLogBatch batch, Findings found)
        {
            _records += batch.Count;
            _bytes += batch.Size;
            for (int i = 0; i < batch.Count; i++)
            {
                EventReadResult result = _json.Read(batch.Payload(i), _event);
                if (result.IsEvent)
                {
                    Add(found);
                }
                else if (result.IsMalformed)
                {
                    _malformed++;
                    if (found.Malformed.Count < MaxMalformedShown)
                    {
                        found.Malformed.Add(new MalformedPayload(partition, batch.Offset(i), result.Position, result.Reason));
                    }
                }
            }
        }

        public PartitionReport Report(long begin, long end, long unacknowledged)
        {
            bool any = _events > 0;
            return new PartitionReport(
                partition, begin, end, _records, _bytes, _events, _malformed, any ? _firstAt : null, any ? _lastAt : null,
                any ? _firstArrival : null, any ? _lastArrival : null, unacknowledged);
        }

        private void Add(Findings found)
        {
            long arrival = _event.ReceivedAt == BehaviourEvent.NoTime ? _event.At : _event.ReceivedAt;
            _events++;
            _firstAt = Math.Min(_firstAt, _event.At);
            _lastAt = Math.Max(_lastAt, _event.At);
            _firstArrival = Math.Min(_firstArrival, arrival);
            _lastArrival = Math.Max(_lastArrival, arrival);
            found.AddType(_event.Type);
        }
    }
}
