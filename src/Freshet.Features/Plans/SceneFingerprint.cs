using System.Globalization;
using System.Text;
using Freshet.Features.Keys;
using Freshet.Scenes;

namespace Freshet.Features.Plans;

/// <summary>A hash of all that gives saved state its meaning: restoring it under another scene would mix numbers up.</summary>
internal static class SceneFingerprint
{
    /// <summary>Equal for two scenes whose state has one meaning.</summary>
    public static ulong Of(Scene scene)
    {
        var text = new StringBuilder();
        foreach (Behaviour behaviour in scene.Behaviours)
        {
            text.Append(CultureInfo.InvariantCulture, $"behaviour {behaviour.Name} {behaviour.EventType} {behaviour.Condition}\n");
        }

        text.AppendJoin('\n', scene.Signals).Append('\n');
        IReadOnlyList<IReadOnlyList<WindowField>> layout = WindowLayout.Of(scene);
        for (int i = 0; i < layout.Count; i++)
        {
            text.Append("counter ").AppendJoin(',', scene.Counters[i].Key).Append(' ').AppendJoin(',', layout[i]).Append('\n');
        }

        IEnumerable<Selector?> fields = scene.Slots.SelectMany(slot => new[] { slot.Source, slot.Bucket?.Source.Field })
            .Concat(scene.Dense.Select(dense => dense.Source.Field));
        text.AppendJoin('\n', fields).Append('\n');
        HistoryOptions history = scene.History;
        text.Append(CultureInfo.InvariantCulture, $"history {history.Length} {(history.Length > 0 ? scene.Slots[history.ItemSlot].Table : "")} ");
        text.AppendJoin(',', history.Behaviours);
        text.Append(CultureInfo.InvariantCulture, $"\ncloseness {scene.Closeness.HalfLife.Ticks} ").AppendJoin(',', scene.Closeness.Weights);
        return KeyHash.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
