using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Scenes;

namespace Freshet.Samples.Files;

/// <summary>The columns of sample files (docs/formats.md), as functions of rows in memory.</summary>
internal static class SampleColumns
{
    private static readonly (string Name, EventText Text)[] s_texts =
    [
        ("user_id", EventText.UserId), ("request_id", EventText.RequestId), ("item_id", EventText.ItemId),
        ("impression_id", EventText.EventId), ("surface", EventText.Surface), ("arm", EventText.Arm),
        ("model_version", EventText.ModelVersion),
    ];

    public static IReadOnlyList<(string Name, EventText Text)> Texts => s_texts;

    /// <summary>identity_high, identity_low, impression_key: names a snapshot.</summary>
    public static IEnumerable<FileColumn> Key(Func<int, SnapshotKey> key) =>
    [
        new ScalarColumn<ulong>("identity_high", i => key(i).Identity.High),
        new ScalarColumn<ulong>("identity_low", i => key(i).Identity.Low),
        new ScalarColumn<ulong>("impression_key", i => key(i).Impression),
    ];

    /// <summary>Ids, place, model version and scores of the impression.</summary>
    public static IEnumerable<FileColumn> Impression(Scene scene, ImpressionColumns impressions, Func<int, int> row)
    {
        foreach ((string name, EventText text) in s_texts)
        {
            yield return new TextColumn(name, i => impressions.Text(row(i), text));
        }

        yield return new OptionalColumn<int>(
            "position", i => impressions.Position(row(i)) is var position && position == BehaviourEvent.NoPosition ? null : position);
        for (int t = 0; t < scene.Behaviours.Count; t++)
        {
            int task = t;
            yield return new OptionalColumn<double>($"score_{scene.Behaviours[t].Name}", i => Known(impressions.Scores(row(i))[task]));
        }
    }

    /// <summary>Slots, dense features, history, bias ids.</summary>
    public static IEnumerable<FileColumn> Features(SnapshotColumns features, Func<int, int> row)
    {
        SnapshotSchema schema = features.Schema;
        for (int s = 0; s < schema.Slots.Count; s++)
        {
            int slot = s;
            yield return new ListColumn<ulong>($"slot_{schema.Slots[s]}", i => features.Ids(row(i), slot));
        }

        for (int d = 0; d < schema.Dense.Count; d++)
        {
            int dense = d;
            yield return new ScalarColumn<float>(schema.Dense[d], i => features.Dense(row(i))[dense]);
        }

        yield return new ListColumn<ulong>("history_items", i => features.HistoryItems(row(i)));
        yield return new ListColumn<byte>("history_behaviours", i => features.HistoryBehaviours(row(i)));
        yield return new ListColumn<long>("history_times", i => features.HistoryTimes(row(i)));
        yield return new ScalarColumn<ulong>("bias_id", i => features.BiasId(row(i)));
        yield return new ScalarColumn<ulong>("reference_bias_id", i => features.ReferenceBiasId(row(i)));
    }

    /// <summary>When it was shown and attributed, repeats, labels with times and values, targets.</summary>
    public static IEnumerable<FileColumn> Labels(Scene scene, SampleDay day)
    {
        yield return new ScalarColumn<long>("shown_at", i => day.Samples[i].ShownAt);
        yield return new ScalarColumn<long>("attributed_at", day.AttributedAt);
        yield return new ScalarColumn<int>("repeats", i => day.Samples[i].Repeats);
        if (scene.Attribution.Mode == AttributionMode.Immediate)
        {
            yield return new ScalarColumn<int>("emission", i => EmissionCode.Of(day.Samples[i].Kind));
            yield return new ScalarColumn<long>("taught", i => day.Samples[i].Taught);
            yield return new ScalarColumn<long>("elapsed", i => day.Samples[i].Elapsed);
        }

        for (int b = 0; b < scene.Behaviours.Count; b++)
        {
            int label = b;
            string name = scene.Behaviours[b].Name;
            yield return new ScalarColumn<int>($"label_{name}", i => day.Samples[i].Has(label) ? 1 : 0);
            yield return new OptionalColumn<long>($"label_time_{name}", i => Known(day.LabelTimes(i)[label]));
            yield return new OptionalColumn<double>($"label_value_{name}", i => Known(day.LabelValues(i)[label]));
        }

        for (int r = 0; r < scene.Regressions.Count; r++)
        {
            int target = r;
            yield return new OptionalColumn<float>($"target_{scene.Regressions[r].Name}", i => Known(day.Targets(i)[target]));
        }
    }

    private static float? Known(float value) => float.IsNaN(value) ? null : value;

    private static double? Known(double value) => double.IsNaN(value) ? null : value;

    private static long? Known(long time) => time == SampleDay.NoTime ? null : time;
}
