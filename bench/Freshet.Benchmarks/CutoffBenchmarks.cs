using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Freshet.Core.Events;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Benchmarks;

/// <summary>
/// A cutoff after 2,000 new impressions and 8,000 behaviours, by the size of the day: from what changed, and from all of it. Only the cutoff is timed.
/// </summary>
[MinColumn]
[MedianColumn]
[SimpleJob(RunStrategy.Monitoring, warmupCount: 2, iterationCount: 8, invocationCount: 1)]
public class CutoffBenchmarks
{
    private readonly BehaviourEvent[] _events = new BehaviourEvent[10_000];
    private readonly PendingStream _stream = new();
    private Joiner _joiner = null!;
    private SampleTable _table = null!;

    [Params(10_000, 100_000, 1_000_000, 10_000_000)]
    public int Samples { get; set; }

    [Params(false, true)]
    public bool InFull { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < _events.Length; i++)
        {
            _events[i] = new BehaviourEvent();
        }

        Scene scene = PendingStream.Scene(AttributionMode.Cumulative);
        _joiner = new Joiner(scene with { Attribution = scene.Attribution with { MinAge = TimeSpan.Zero } }, InFull);
        _table = new SampleTable(scene);
        _stream.AddImpressions(_joiner, Samples);
        _joiner.Cut(_joiner.Watermark + 60_000, _table);
    }

    [IterationSetup]
    public void Change()
    {
        _stream.Write(_events);
        foreach (BehaviourEvent e in _events)
        {
            _joiner.Add(e, _joiner.WantsSnapshot(e) ? 0 : -1);
        }
    }

    [Benchmark]
    public int Cut()
    {
        _joiner.Cut(_joiner.Watermark + 60_000, _table);
        return _table.Days.Count;
    }
}
