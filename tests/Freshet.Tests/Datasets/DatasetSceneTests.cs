using System.Text;
using Freshet.Core.Events;
using Freshet.Datasets.KuaiLive;
using Freshet.Datasets.KuaiRand;
using Freshet.Scenes;

namespace Freshet.Tests.Datasets;

public sealed class DatasetSceneTests
{
    [Theory]
    [InlineData("click"), InlineData("watch30"), InlineData("like")]
    public void The_scene_of_kuairand_has_the_task(string name) =>
        Assert.Contains(SceneFile.Parse(KuaiRandDataset.SceneYaml, "kuairand").Behaviours, behaviour => behaviour.Name == name);

    [Fact]
    public void The_scene_of_kuairand_asks_only_for_columns_of_the_official_files()
    {
        string[] user =
        [
            "user_active_degree", "is_lowactive_period", "is_live_streamer", "is_video_author", "follow_user_num", "follow_user_num_range",
            "fans_user_num", "fans_user_num_range", "friend_user_num", "friend_user_num_range", "register_days", "register_days_range",
            .. Enumerable.Range(0, 18).Select(i => $"onehot_feat{i}"),
        ];
        string[] video =
        [
            "author_id", "video_type", "upload_dt", "upload_type", "visible_status", "video_duration", "server_width", "server_height",
            "music_id", "music_type", "tag",
        ];

        Check(SceneFile.Parse(KuaiRandDataset.SceneYaml, "kuairand"), user, video, ["duration_ms", "is_rand"]);
    }

    [Fact]
    public void The_scene_of_kuailive_asks_only_for_columns_of_the_official_files()
    {
        string[] onehot = [.. Enumerable.Range(0, 7).Select(i => $"onehot_feat{i}")];
        string[] user = ["gender", "age", "country", "device_brand", "device_price", .. onehot];
        string[] streamer =
        [
            "on_air", "live_id", "live_type", "category", "gender", "age", "country", "device_brand", "device_price", "live_operation_tag",
            "fans_user_num", "accu_live_cnt", .. onehot,
        ];

        Check(SceneFile.Parse(KuaiLiveDataset.SceneYaml, "kuailive"), user, streamer, ["live_id"]);
    }

    [Fact]
    public void The_scene_of_kuairand_finds_every_feature_in_the_real_log()
    {
        string? path = Environment.GetEnvironmentVariable("FRESHET_KUAIRAND");
        Assert.SkipWhen(string.IsNullOrEmpty(path), "Set FRESHET_KUAIRAND to the folder of KuaiRand-Pure, 25 April to 4 May, to run this test.");
        var names = new Dictionary<SelectorKind, HashSet<string>>
        {
            [SelectorKind.UserField] = [],
            [SelectorKind.ItemField] = [],
            [SelectorKind.ImpressionField] = [],
        };

        using IEventSource source = KuaiRandDataset.Open(path!);
        var buffer = new BehaviourEvent();
        while (source.TryRead(buffer))
        {
            SelectorKind kind = !buffer.Type.SequenceEqual("profile"u8) ? SelectorKind.ImpressionField
                : buffer.UserId.IsEmpty ? SelectorKind.ItemField : SelectorKind.UserField;
            for (int i = 0; i < buffer.FeatureCount; i++)
            {
                _ = names[kind].Add(Encoding.UTF8.GetString(buffer.Feature(i).Name));
            }
        }

        Scene scene = SceneFile.Parse(KuaiRandDataset.SceneYaml, "kuairand");
        Check(scene, names[SelectorKind.UserField], names[SelectorKind.ItemField], names[SelectorKind.ImpressionField]);
    }

    private static void Check(Scene scene, ICollection<string> user, ICollection<string> item, ICollection<string> impression)
    {
        IEnumerable<Selector?> selectors = scene.Slots.Select(slot => slot.Source)
            .Concat(scene.Slots.Select(slot => slot.Bucket?.Source.Field))
            .Concat(scene.Dense.Select(feature => feature.Source.Field))
            .Concat(scene.Counters.SelectMany(counter => counter.Key));

        foreach (Selector selector in selectors.OfType<Selector>().Where(selector => selector.Field.Length > 0))
        {
            ICollection<string> known = selector.Kind switch
            {
                SelectorKind.UserField => user,
                SelectorKind.ItemField => item,
                _ => impression,
            };
            Assert.Contains(selector.Field, known);
        }
    }
}
