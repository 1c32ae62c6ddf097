using Freshet.Scenes;

namespace Freshet.Tests.Features;

/// <summary>Small scenes with honest defaults.</summary>
internal static class Scenes
{
    public static Selector User { get; } = new(SelectorKind.User);

    public static Selector Item { get; } = new(SelectorKind.Item);

    public static Selector Surface { get; } = new(SelectorKind.Surface);

    public static Selector Tag { get; } = new(SelectorKind.ImpressionField, "tag");

    public static Behaviour Click { get; } = new() { Name = "click", EventType = "click" };

    public static Behaviour Watch(double seconds) => new()
    {
        Name = $"watch{seconds}",
        EventType = "watch",
        Condition = new BehaviourCondition(ConditionKind.Value, Comparison.AtLeast, seconds),
        Parent = 0,
    };

    public static Slot Slot(string name, Selector source) => new() { Name = name, Table = name, Source = source };

    public static DenseFeature Dense(string name, NumericSource source, Scaling scaling = Scaling.None) =>
        new() { Name = name, Source = source, Scaling = scaling };

    public static DenseFeature Count(int counter, int behaviour, CounterWindow window) => Dense(
        $"count_{counter}_{behaviour}_{window}",
        new NumericSource { Kind = NumericKind.Count, Counter = counter, Behaviour = behaviour, Window = window });

    public static DenseFeature Rate(int counter, int behaviour, CounterWindow window) => Dense(
        $"rate_{counter}_{behaviour}_{window}",
        new NumericSource { Kind = NumericKind.Rate, Counter = counter, Behaviour = behaviour, Window = window });

    public static DenseFeature Number(string name, Selector field, Scaling scaling = Scaling.None) =>
        Dense(name, new NumericSource { Kind = NumericKind.Field, Field = field }, scaling);

    public static Scene Of(params Slot[] slots) => new() { Name = "test", Behaviours = [Click, Watch(30)], Slots = slots };

    /// <summary>Impressions and clicks of an item in all three windows.</summary>
    public static Scene ItemWindows() => Of(Slot("item", Item)) with
    {
        Counters = [new Counter { Name = "item", Key = [Item] }],
        Dense =
        [
            Count(0, -1, CounterWindow.FiveMinutes), Count(0, -1, CounterWindow.Hour), Count(0, -1, CounterWindow.Day),
            Count(0, 0, CounterWindow.FiveMinutes), Count(0, 0, CounterWindow.Hour), Count(0, 0, CounterWindow.Day),
        ],
    };

    /// <summary>Closeness alone, with weights for click and watch; 1 each where none are given.</summary>
    public static Scene Close(params double[] weights) => Of(Slot("item", Item)) with
    {
        Closeness = new() { Weights = weights },
        Dense = [Dense("close", new() { Kind = NumericKind.Closeness })],
    };

    /// <summary>Something of everything.</summary>
    public static Scene Rich() => new()
    {
        Name = "rich",
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"),
        Behaviours =
        [
            Click, Watch(30),
            new() { Name = "long", EventType = "watch", Condition = new(ConditionKind.SumOfValues, Comparison.AtLeast, 60), Parent = 0 },
        ],
        Signals = ["song_play"],
        Counters =
        [
            new() { Name = "user", Key = [User] },
            new() { Name = "item_surface", Key = [Item, Surface] },
            new() { Name = "user_tag", Key = [User, Tag] },
            new() { Name = "item_song", Key = [Item, new(SelectorKind.SignalField, "song_id", "song_play")] },
        ],
        Slots =
        [
            Slot("user", User), Slot("item", Item), Slot("surface", Surface), Slot("tag", Tag),
            Slot("hour", new(SelectorKind.Hour)), Slot("weekday", new(SelectorKind.Weekday)),
            Slot("age", new(SelectorKind.UserField, "age")), Slot("activity", new(SelectorKind.ItemField, "activity")),
            Slot("song", new(SelectorKind.SignalField, "song_id", "song_play")),
            new() { Name = "user_x_tag", Table = "user_x_tag", Cross = [0, 3] },
            new()
            {
                Name = "clicks", Table = "clicks",
                Bucket = new(new() { Kind = NumericKind.Count, Counter = 1, Behaviour = 0, Window = CounterWindow.Hour }, [1, 3]),
            },
        ],
        Dense =
        [
            Rate(0, 0, CounterWindow.FiveMinutes), Rate(1, 0, CounterWindow.Hour), Rate(2, 1, CounterWindow.Day),
            Count(3, 0, CounterWindow.Day), Count(0, 2, CounterWindow.Day),
            Dense("closeness", new() { Kind = NumericKind.Closeness }),
            Dense("day", new() { Kind = NumericKind.DayFraction }),
            Number("heat", new(SelectorKind.ItemField, "heat"), Scaling.Log1p),
        ],
        History = new() { Length = 5, Behaviours = [0, 1], ItemSlot = 1 },
    };
}
