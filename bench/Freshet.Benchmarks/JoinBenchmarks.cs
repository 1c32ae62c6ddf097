using BenchmarkDotNet.Attributes;
using Freshet.Core.Events;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Benchmarks;

/// <summary>
/// The join alone, ns per event: days of 200,000 impressions with 12 features, and as many behaviours, a tenth of them twice.
/// </summary>
/// <remarks>State of two days is kept, so maps and pools have the size they have in use and places are used again.</remarks>
[MemoryDiagnoser]
public class JoinBenchmarks
{
    private const int Impressions = 200_000;
    private const int Events = Impressions * 2;
    private const long Day = 86_400_000;
    private readonly BehaviourEvent[] _events = new BehaviourEvent[Events];
    private Scene _scene = null!;
    private Joiner _joiner = null!;
    private SampleTable _table = null!;

    [Params(AttributionMode.Cumulative, AttributionMode.Window)]
    public AttributionMode Mode { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _scene = new Scene
        {
            Name = "bench",
            Behaviours =
            [
                new Behaviour { Name = "click", EventType = "click" },
                new Behaviour
                {
                    Name = "watch30", EventType = "watch", Parent = 0,
                    Condition = new BehaviourCondition(ConditionKind.SumOfValues, Comparison.AtLeast, 30),
                },
                new Behaviour { Name = "gift", EventType = "gift", Parent = 0 },
            ],
            Slots = [],
            Attribution = new AttributionOptions { Mode = Mode, RetainDays = 0 },
        };
        _joiner = new Joiner(_scene);
        _table = new SampleTable(_scene);
        var random = new Random(42);
        for (int i = 0; i < Events; i++)
        {
            _events[i] = i % 2 == 0 ? Impression(i) : Behaviour(random.Next(Math.Max(0, i - 2000), i) & ~1, i);
        }

        for (int day = 0; day < 3; day++)
        {
            OneDay();
        }
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public long OneDay()
    {
        foreach (BehaviourEvent e in _events)
        {
            _joiner.Add(e, _joiner.WantsSnapshot(e) ? 0 : -1);
            e.At += Day;
        }

        _joiner.Cut(_joiner.Watermark, _table);
        _table.RemoveDaysBefore(_table.Days[^1]);
        return _joiner.Counters.Joined;
    }

    private static BehaviourEvent Impression(int i)
    {
        BehaviourEvent e = Named("impression", i, i);
        for (int feature = 0; feature < 12; feature++)
        {
            e.AddFeature($"feature_{feature}", $"value-{feature * i}");
        }

        return e;
    }

    private static BehaviourEvent Behaviour(int impression, int i)
    {
        BehaviourEvent e = Named((i >> 1) % 3 == 0 ? "watch" : "click", i % 20 == 1 ? Math.Max(1, i - 20) : i, impression);
        e.Value = 12;
        return e;
    }

    private static BehaviourEvent Named(string type, int id, int impression)
    {
        var e = new BehaviourEvent { At = 1_651_363_200_000 + (id * 200L) };
        e.Set(EventText.Type, type);
        e.Set(EventText.EventId, $"event-{id:00000000}");
        e.Set(EventText.RequestId, $"request-{impression / 20:000000}");
        e.Set(EventText.UserId, $"user-{impression / 20 % 5000}");
        e.Set(EventText.ItemId, $"host-{impression % 20}");
        return e;
    }
}
