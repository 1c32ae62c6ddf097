using System.Globalization;
using Freshet.Scenes;

namespace Freshet.Experiments.Benchmarking;

/// <summary>The scene of a speed benchmark.</summary>
internal static class BenchmarkScene
{
    /// <summary>
    /// A chain of tasks; slots of the user (<c>user</c>, <c>user.field1</c> …), then of the item (<c>item</c>,
    /// <c>item.field1</c> …); the history is of the item slot. No position bias, no exploration.
    /// </summary>
    public static Scene Create(BenchmarkOptions options) => new()
    {
        Name = "benchmark",
        Behaviours = [.. Enumerable.Range(0, options.Tasks).Select(task => new Behaviour
        {
            Name = Numbered("task", task),
            EventType = Numbered("task", task),
            Parent = task - 1,
        })],
        Slots = [.. Enumerable.Range(0, options.Slots).Select(slot => CreateSlot(slot, options))],
        History = options.History == 0
            ? new HistoryOptions()
            : new HistoryOptions { Length = options.History, Behaviours = [0], ItemSlot = options.UserSlots },
        Model = CreateModel(options),
        Training = new TrainingOptions { BatchSize = options.Batch },
        Serving = new ServingOptions { Exploration = 0 },
    };

    private static ModelOptions CreateModel(BenchmarkOptions options) => new()
    {
        Name = options.Model,
        Dim = options.Dim,
        Layers = options.Layers,
        PositionBias = false,
        Attention = new AttentionOptions { Hidden = options.Attention, Negatives = options.Negatives },
    };

    private static Slot CreateSlot(int slot, BenchmarkOptions options)
    {
        bool isUser = slot < options.UserSlots;
        int field = isUser ? slot : slot - options.UserSlots;
        (string side, SelectorKind id, SelectorKind value) = isUser
            ? ("user", SelectorKind.User, SelectorKind.UserField)
            : ("item", SelectorKind.Item, SelectorKind.ItemField);
        return new Slot
        {
            Name = field == 0 ? side : Numbered(side + "_field", field),
            Table = SlotGroups.Name(SlotGroups.Of(slot, options)),
            Source = field == 0 ? new Selector(id) : new Selector(value, Numbered("field", field)),
        };
    }

    private static string Numbered(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}{number}");
}
