using BenchmarkDotNet.Attributes;
using Freshet.Core.Ports;
using Freshet.Storage.EventLog;

namespace Freshet.Benchmarks;

/// <summary>
/// The embedded event log on this machine's disk, in ns per payload: 4 partitions, one writer, a commit (durable) every
/// 16 MB. Goals: 500 k behaviours of 120 B and 400 MB of impressions of 1.5 kB a second appended, twice that read.
/// </summary>
[MemoryDiagnoser]
[SimpleJob(iterationCount: 8, warmupCount: 2, invocationCount: 1)]
public class EventLogBenchmarks
{
    private const int Partitions = 4;
    private const int CommitSize = 16 << 20;
    private const int Payloads = 400_000;
    private readonly EventLogBatch _batch = new();
    private byte[] _payload = [];
    private string _folder = "";
    private FasterEventLog? _log;

    /// <summary>Bytes of a payload.</summary>
    [Params(120, 1_500)]
    public int Size { get; set; }

    /// <summary>Makes a log on the disk of the working folder (a temporary folder may lie in memory).</summary>
    [GlobalSetup]
    public void Setup()
    {
        _payload = new byte[Size];
        new Random(42).NextBytes(_payload);
        _folder = Directory.CreateDirectory(Path.Combine(Environment.CurrentDirectory, "eventlog-benchmark")).FullName;
        _log = FasterEventLog.Open(_folder, new EventLogOptions { PartitionCount = Partitions });
        Append();
    }

    /// <summary>Removes it.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _log!.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Payloads)]
    public void Append()
    {
        int sinceCommit = 0;
        for (int i = 0; i < Payloads; i++)
        {
            _log!.Append(i % Partitions, _payload);
            sinceCommit += Size;
            if (sinceCommit >= CommitSize)
            {
                _log.Commit();
                sinceCommit = 0;
            }
        }

        _log!.Commit();
        for (int partition = 0; partition < Partitions; partition++)
        {
            // Only one round is kept, so that reading always has as much to do.
            long kept = _log.EndOffset(partition) - ((long)Payloads / Partitions * (Size + 12));
            _log.TruncateBefore(partition, Math.Max(kept, _log.BeginOffset(partition)));
        }
    }

    [Benchmark(OperationsPerInvoke = Payloads)]
    public long Read()
    {
        long bytes = 0;
        for (int partition = 0; partition < Partitions; partition++)
        {
            using IEventLogReader reader = _log!.OpenReader(partition, _log.BeginOffset(partition));
            while (reader.TryRead(_batch))
            {
                bytes += _batch.Size;
            }
        }

        return bytes;
    }
}
