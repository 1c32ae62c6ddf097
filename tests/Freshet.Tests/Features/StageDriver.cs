using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Features;
using Freshet.Scenes;

namespace Freshet.Tests.Features;

/// <summary>A stage with short ways to feed it and to look at a row.</summary>
internal sealed class StageDriver(Scene scene)
{
    /// <summary>Monday, 1 January 2024, 00:00 UTC.</summary>
    public const long Start = 1_704_067_200_000;

    public const long Second = 1_000;
    public const long Minute = 60 * Second;
    public const long Hour = 60 * Minute;
    public const long Day = 24 * Hour;

    public FeatureStage Stage { get; } = new(scene);

    /// <summary>Time of the newest event so far: arrival is in order, and every line says so.</summary>
    public long Now { get; private set; }

    /// <summary>An event's time where the clock is the newest time so far.</summary>
    public EventTime TimeOf(BehaviourEvent e) => new(e.At, Math.Max(Now, e.At));

    public static BehaviourEvent Event(string type, long at, string user = "u", string item = "i", string request = "r", double value = double.NaN)
    {
        var result = new BehaviourEvent { At = at, Value = value };
        result.Set(EventText.Type, type);
        result.Set(EventText.UserId, user);
        result.Set(EventText.ItemId, item);
        result.Set(EventText.RequestId, request);
        return result;
    }

    public static BehaviourEvent With(BehaviourEvent target, string name, string text)
    {
        target.AddFeature(name, text);
        return target;
    }

    public static BehaviourEvent On(BehaviourEvent target, string surface)
    {
        target.Set(EventText.Surface, surface);
        return target;
    }

    public void Apply(string type, long at, string user = "u", string item = "i", string request = "r", double value = double.NaN) =>
        Apply(Event(type, at, user, item, request, value));

    public void Apply(BehaviourEvent e)
    {
        Now = Math.Max(Now, e.At);
        Stage.Apply(e, TimeOf(e));
    }

    public SnapshotColumns Row(BehaviourEvent impression)
    {
        var columns = new SnapshotColumns(Stage.Schema);
        Stage.Snapshot(impression, TimeOf(impression), columns);
        return columns;
    }

    /// <summary>A candidate of a user and request that nothing else has.</summary>
    public SnapshotColumns RowAt(long at, string user = "looker", string item = "i") =>
        Row(Event("impression", at, user, item, $"look{at}"));

    /// <summary>The row as a text, equal for equal bits.</summary>
    public static string Text(SnapshotColumns columns, int row = 0)
    {
        var text = new System.Text.StringBuilder();
        for (int slot = 0; slot < columns.Schema.Slots.Count; slot++)
        {
            text.AppendJoin(',', columns.Ids(row, slot).ToArray()).Append(';');
        }

        text.AppendJoin(',', columns.Dense(row).ToArray().Select(BitConverter.SingleToInt32Bits)).Append(';');
        text.AppendJoin(',', columns.HistoryItems(row).ToArray()).Append(';');
        text.AppendJoin(',', columns.HistoryBehaviours(row).ToArray()).Append(';');
        text.AppendJoin(',', columns.HistoryTimes(row).ToArray()).Append(';');
        return text.Append(columns.BiasId(row)).Append(',').Append(columns.ReferenceBiasId(row)).ToString();
    }
}
