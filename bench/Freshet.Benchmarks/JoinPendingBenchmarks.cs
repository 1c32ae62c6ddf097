using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Freshet.Core.Events;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Benchmarks;

/// <summary>The join alone with five million impressions pending, on one core: ns per event, events already decoded (<see cref="PendingStream"/>).</summary>
[MemoryDiagnoser]
[MinColumn]
[MedianColumn]
[SimpleJob(RunStrategy.Monitoring, warmupCount: 2, iterationCount: 10, invocationCount: 1)]
public class JoinPendingBenchmarks
{
    private const int Pending = 5_000_000;
    private const int Events = 250_000;
    private readonly BehaviourEvent[] _events = new BehaviourEvent[Events];
    private readonly PendingStream _stream = new();
    private Joiner _joiner = null!;

    [Params(AttributionMode.Cumulative, AttributionMode.Window)]
    public AttributionMode Mode { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < Events; i++)
        {
            _events[i] = new BehaviourEvent();
        }

        _joiner = new Joiner(PendingStream.Scene(Mode));
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        long before = Environment.WorkingSet;
        _stream.AddImpressions(_joiner, Pending);
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Console.WriteLine(
            $"// {Mode}: {_joiner.StateBytes / (double)Pending:0.0} bytes of state an impression reserved, " +
            $"{(Environment.WorkingSet - before) / (double)Pending:0.0} by the process with the lists of the day");
    }

    [IterationSetup]
    public void Write() => _stream.Write(_events);

    [Benchmark(OperationsPerInvoke = Events)]
    public long Join()
    {
        foreach (BehaviourEvent e in _events)
        {
            _joiner.Add(e, _joiner.WantsSnapshot(e) ? 0 : -1);
        }

        return _joiner.Counters.Joined;
    }
}
