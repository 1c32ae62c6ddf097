using BenchmarkDotNet.Attributes;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Features;
using Freshet.Scenes;

namespace Freshet.Benchmarks;

/// <summary>
/// Features alone over a stream of one impression in three events, 25 slots, 6 counters, 15 dense features, a history of 50;
/// 20,000 users and 5,000 items, so that state does not fit the nearest caches. Read the result as ns per event.
/// </summary>
[MemoryDiagnoser]
public class FeatureBenchmarks
{
    private const int Events = 30_000;
    private readonly BehaviourEvent[] _events = new BehaviourEvent[Events];
    private FeatureStage _stage = null!;
    private SnapshotColumns _columns = null!;
    private long _at;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(7);
        for (int i = 0; i < Events; i += 3)
        {
            string user = $"user{random.Next(20_000)}", item = $"host{(int)(5_000 * Math.Pow(random.NextDouble(), 3))}", request = $"request{i}";
            _events[i] = Create("impression", user, item, request);
            _events[i].Set(EventText.Surface, $"tab{random.Next(4)}");
            _events[i].AddFeature("tag", $"tag{random.Next(60)}");
            _events[i].AddFeature("category", $"category{random.Next(20)}");
            _events[i].Position = random.Next(10);
            _events[i + 1] = Create("click", user, item, request);
            _events[i + 2] = Create("watch", user, item, request);
        }

        _stage = new FeatureStage(CreateScene());
        _columns = new SnapshotColumns(_stage.Schema);
        _at = 1_704_067_200_000;
        for (int i = 0; i < 4; i++)
        {
            SnapshotAndApply();
        }
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public void SnapshotAndApply()
    {
        for (int i = 0; i < Events; i++)
        {
            BehaviourEvent e = _events[i];
            e.At = _at += 3_000; // 25 h a pass: every identity is new, keys come and go
            if (i % 3 == 0)
            {
                _columns.Clear();
                _stage.Snapshot(e, EventTime.OfRequest(e.At, e.At), _columns);
            }

            _stage.Apply(e, EventTime.OfRequest(e.At, e.At));
        }
    }

    [Benchmark(OperationsPerInvoke = Events / 3)]
    public void SnapshotOnly()
    {
        for (int i = 0; i < Events; i += 3)
        {
            BehaviourEvent e = _events[i];
            e.At = _at;
            _columns.Clear();
            _stage.Snapshot(e, EventTime.OfRequest(e.At, e.At), _columns);
        }
    }

    internal static Scene CreateScene()
    {
        Selector user = new(SelectorKind.User), item = new(SelectorKind.Item), surface = new(SelectorKind.Surface);
        Selector tag = new(SelectorKind.ImpressionField, "tag"), category = new(SelectorKind.ImpressionField, "category");
        Slot[] sources =
        [
            Of("user", user), Of("item", item), Of("surface", surface), Of("tag", tag), Of("category", category),
            Of("hour", new(SelectorKind.Hour)), Of("weekday", new(SelectorKind.Weekday)),
            .. Enumerable.Range(0, 4).Select(i => Of($"u{i}", new(SelectorKind.UserField, $"u{i}"))),
            .. Enumerable.Range(0, 4).Select(i => Of($"i{i}", new(SelectorKind.ItemField, $"i{i}"))),
        ];
        Slot[] crosses = [.. ((int[][])[[0, 1], [0, 3], [0, 4], [1, 2], [1, 5], [3, 5]]).Select(pair => new Slot
        {
            Name = $"x{pair[0]}_{pair[1]}",
            Table = "cross",
            Cross = pair,
        })];
        Slot[] buckets = [.. Enumerable.Range(0, 4).Select(i => new Slot
        {
            Name = $"b{i}",
            Table = $"b{i}",
            Bucket = new(Window(NumericKind.Count, i, -1, CounterWindow.Hour), [1, 3, 10, 30, 100]),
        })];
        return new Scene
        {
            Name = "bench",
            Behaviours =
            [
                new() { Name = "click", EventType = "click" },
                new() { Name = "watch30", EventType = "watch", Parent = 0, Condition = new(ConditionKind.Value, Comparison.AtLeast, 30) },
            ],
            Counters =
            [
                Counter("user", user), Counter("item", item), Counter("surface", surface), Counter("user_tag", user, tag),
                Counter("item_surface", item, surface), Counter("category", category),
            ],
            Slots = [.. sources, .. crosses, .. buckets],
            Dense =
            [
                .. Enumerable.Range(0, 12).Select(i => new DenseFeature
                {
                    Name = $"rate{i}",
                    Source = Window(NumericKind.Rate, i % 6, i / 6, (CounterWindow)(i % 3)),
                }),
                new() { Name = "items", Source = Window(NumericKind.Count, 1, -1, CounterWindow.Day), Scaling = Scaling.Log1p },
                new() { Name = "closeness", Source = new() { Kind = NumericKind.Closeness } },
                new() { Name = "day", Source = new() { Kind = NumericKind.DayFraction } },
            ],
            History = new() { Length = 50, Behaviours = [0, 1], ItemSlot = 1 },
        };
    }

    private static BehaviourEvent Create(string type, string user, string item, string request)
    {
        var result = new BehaviourEvent { Value = 40 };
        result.Set(EventText.Type, type);
        result.Set(EventText.UserId, user);
        result.Set(EventText.ItemId, item);
        result.Set(EventText.RequestId, request);
        return result;
    }

    private static Slot Of(string name, Selector source) => new() { Name = name, Table = name, Source = source };

    private static Counter Counter(string name, params Selector[] key) => new() { Name = name, Key = key };

    private static NumericSource Window(NumericKind kind, int counter, int behaviour, CounterWindow window) =>
        new() { Kind = kind, Counter = counter, Behaviour = behaviour, Window = window };
}
