using Freshet.Scenes;

namespace Freshet.Tests.Samples;

/// <summary>
/// A scene with several behaviours on one event type, a sum, a child that implies nothing, and regressions on types of one
/// behaviour, of two, and of none.
/// </summary>
internal static class TestScene
{
    public const long Minute = 60_000;
    public const long Hour = 60 * Minute;
    public const long Day = 24 * Hour;

    /// <summary>2022-05-01T00:00Z.</summary>
    public const long FirstMay = 1_651_363_200_000;

    public const int Click = 0, Watch30 = 1, Gift = 2, BigGift = 3;

    public const int Seconds = 0, LargestGift = 1, LastTip = 2;

    public static Scene With(AttributionOptions? attribution = null, TimeZoneInfo? zone = null) => new()
    {
        Name = "test",
        TimeZone = zone ?? TimeZoneInfo.Utc,
        Behaviours =
        [
            new Behaviour { Name = "click", EventType = "click", Window = TimeSpan.FromMinutes(10) },
            new Behaviour
            {
                Name = "watch30",
                EventType = "watch",
                Parent = Click,
                Window = TimeSpan.FromMinutes(20),
                Condition = new BehaviourCondition(ConditionKind.SumOfValues, Comparison.AtLeast, 30),
            },
            new Behaviour
            {
                Name = "gift",
                EventType = "gift",
                Parent = Watch30,
                ImplyParents = false,
                Window = TimeSpan.FromMinutes(5),
                Condition = new BehaviourCondition(ConditionKind.Value, Comparison.MoreThan, 0),
            },
            new Behaviour
            {
                Name = "big_gift",
                EventType = "gift",
                Parent = Gift,
                Window = TimeSpan.FromMinutes(15),
                Condition = new BehaviourCondition(ConditionKind.Value, Comparison.AtLeast, 20),
            },
        ],
        Regressions =
        [
            new Regression { Name = "seconds", EventType = "watch" },
            new Regression { Name = "largest_gift", EventType = "gift", Aggregate = TargetAggregate.Max, Absent = AbsentTarget.Zero },
            new Regression { Name = "last_tip", EventType = "tip", Aggregate = TargetAggregate.Last },
        ],
        Signals = ["song_play"],
        Slots = [],
        Attribution = attribution ?? new AttributionOptions(),
    };

    public static AttributionOptions Cumulative => new() { RetainDays = 30 };

    public static AttributionOptions Immediate => new() { RetainDays = 30, Mode = AttributionMode.Immediate };

    public static AttributionOptions Window => new() { RetainDays = 30, Mode = AttributionMode.Window };
}
