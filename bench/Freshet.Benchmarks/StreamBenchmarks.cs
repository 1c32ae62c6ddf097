using BenchmarkDotNet.Attributes;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Features;
using Freshet.Samples;

namespace Freshet.Benchmarks;

/// <summary>
/// Features and join together, as the loop runs them, over decoded events: one impression in three, the scene of
/// <see cref="FeatureBenchmarks"/>. Each iteration is 25 hours of new identities, so that state comes and goes; the cutoff that frees
/// it lies outside of what is measured. Read the result as ns per event.
/// </summary>
[MemoryDiagnoser]
[WarmupCount(6)]
[IterationCount(15)]
[InvocationCount(1, 1)]
public class StreamBenchmarks
{
    private const int Events = 60_000;
    private const long Step = 1_500;
    private readonly Random _random = new(7);
    private readonly BehaviourEvent[] _events = new BehaviourEvent[Events];
    private FeatureStage _stage = null!;
    private SnapshotColumns _columns = null!;
    private Joiner _joiner = null!;
    private SampleTable _table = null!;
    private long _at = 1_704_067_200_000;
    private int _pass;

    [GlobalSetup]
    public void Setup()
    {
        _stage = new FeatureStage(FeatureBenchmarks.CreateScene());
        _columns = new SnapshotColumns(_stage.Schema);
        _joiner = new Joiner(FeatureBenchmarks.CreateScene());
        _table = new SampleTable(FeatureBenchmarks.CreateScene());
    }

    [IterationSetup]
    public void NextDay()
    {
        _joiner.Cut(_at, _table);
        _table.RemoveDaysBefore(DateOnly.MaxValue);
        _pass++;
        for (int i = 0; i < Events; i += 3)
        {
            string user = $"user{_random.Next(20_000)}", item = $"host{(int)(5_000 * Math.Pow(_random.NextDouble(), 3))}";
            string request = $"request{_pass}-{i}";
            _events[i] = Create(i, "impression", user, item, request);
            _events[i].Set(EventText.Surface, $"tab{_random.Next(4)}");
            _events[i].AddFeature("tag", $"tag{_random.Next(60)}");
            _events[i].AddFeature("category", $"category{_random.Next(20)}");
            _events[i].Position = _random.Next(10);
            _events[i + 1] = Create(i + 1, "click", user, item, request);
            _events[i + 2] = Create(i + 2, "watch", user, item, request);
        }
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public void SnapshotJoinApply()
    {
        foreach (BehaviourEvent e in _events)
        {
            int row = -1;
            if (_joiner.WantsSnapshot(e))
            {
                _columns.Clear();
                row = _columns.Count;
                _stage.Snapshot(e, _joiner.TimeOf(e), _columns);
            }

            _ = _joiner.Add(e, row);
            _stage.Apply(e, _joiner.Time);
        }
    }

    private BehaviourEvent Create(int number, string type, string user, string item, string request)
    {
        var e = new BehaviourEvent { At = _at += Step, Value = type == "watch" ? _random.Next(60) : double.NaN };
        e.Set(EventText.Type, type);
        e.Set(EventText.EventId, $"e{_pass}-{number}");
        e.Set(EventText.UserId, user);
        e.Set(EventText.ItemId, item);
        e.Set(EventText.RequestId, request);
        return e;
    }
}
