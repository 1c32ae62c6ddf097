using Freshet.Core.Events;
using Freshet.Core.Time;
using Freshet.Features;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Tests.Training;

/// <summary>A small scene and impressions for it: users u0 to u9, items i0 to i9, one impression a minute, clicks on even items.</summary>
internal static class TinyScene
{
    public const long Start = 1_772_380_800_000; // 2026-03-02T00:00:00+08:00 is 1772380800 s
    public const long Minute = 60_000;

    public static Scene Of(string model = "esmm", string extra = "") => SceneFile.Parse(
        $$"""
        scene: tiny
        time_zone: Asia/Shanghai
        behaviours:
          click: { from: click, window: 5m }
        slots:
          user: { source: user }
          item: { source: item }
        model: { name: {{model}}, dim: 4, layers: [8, 4] }
        training:
          batch: 4
        {{extra}}
        sync: { keep: 2 }
        """,
        "tiny");

    public static BehaviourEvent Impression(int number)
    {
        var e = new BehaviourEvent { At = Start + (number * Minute) };
        e.Set(EventText.Type, "impression");
        e.Set(EventText.EventId, $"e{number}");
        e.Set(EventText.RequestId, $"r{number}");
        e.Set(EventText.UserId, $"u{number * 7 % 10}");
        e.Set(EventText.ItemId, $"i{number * 3 % 10}");
        return e;
    }

    public static BehaviourEvent Click(int number)
    {
        BehaviourEvent e = Impression(number);
        e.At += 1_000;
        e.Set(EventText.Type, "click");
        e.Set(EventText.EventId, $"c{number}");
        return e;
    }

    /// <summary>A table with <paramref name="count"/> attributed impressions; those of even items are clicked.</summary>
    public static SampleTable Samples(Scene scene, int count)
    {
        var table = new SampleTable(scene);
        var features = new FeatureStage(scene);
        var joiner = new Joiner(scene);
        for (int i = 0; i < count; i++)
        {
            BehaviourEvent impression = Impression(i);
            features.Snapshot(impression, EventTime.OfRequest(impression.At, features.Now), table.Features);
            _ = joiner.Add(impression, i);
            if (i * 3 % 10 % 2 == 0)
            {
                _ = joiner.Add(Click(i), -1);
            }
        }

        joiner.CutAll(table);
        return table;
    }
}
