using Freshet.Core.Scenes;

namespace Freshet.JoinWriter;

/// <summary>A scene with a sum, a child, a regression, slots, a dense feature and a history.</summary>
internal static class JoinScene
{
    public static Scene Of(AttributionMode mode) => new()
    {
        Name = "killed",
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
        Regressions = [new Regression { Name = "tips", EventType = "tip" }],
        Slots = [new Slot { Name = "item", Table = "item" }],
        Dense = [new DenseFeature { Name = "day", Source = new NumericSource { Kind = NumericKind.DayFraction } }],
        History = new HistoryOptions { Length = 5, ItemSlot = 0 },
        Attribution = new AttributionOptions { Mode = mode, RetainDays = 0 },
    };
}
