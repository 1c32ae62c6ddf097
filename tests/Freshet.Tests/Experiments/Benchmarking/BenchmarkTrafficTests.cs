using Freshet.Core.Snapshots;
using Freshet.Experiments.Benchmarking;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Tests.Experiments.Benchmarking;

public sealed class BenchmarkTrafficTests
{
    private static readonly BenchmarkOptions s_options = new()
    {
        Batch = 64,
        Slots = 9,
        History = 6,
        Tasks = 3,
        Vocabulary = 500,
        Candidates = 12,
    };

    [Fact]
    public void The_same_seed_draws_the_same_traffic_and_another_draws_other()
    {
        (BenchmarkTraffic one, BenchmarkTraffic again, BenchmarkTraffic other) = (Traffic(1), Traffic(1), Traffic(2));
        LearnBatch first = one.NextBatch(), same = again.NextBatch(), different = other.NextBatch();

        Assert.Equal(Ids(first.Features), Ids(same.Features));
        Assert.Equal(first.Labels.ToArray(), same.Labels.ToArray());
        Assert.NotEqual(Ids(first.Features), Ids(different.Features));
        Assert.NotEqual(Ids(first.Features), Ids(one.NextBatch().Features));
        _ = again.NextBatch();
        Assert.Equal(Ids(one.NextRequest()), Ids(again.NextRequest()));
    }

    [Fact]
    public void A_batch_has_one_id_a_slot_full_histories_and_labels_that_follow_the_chain()
    {
        LearnBatch batch = Traffic(1).NextBatch();

        Assert.Equal(64, batch.Features.Count);
        Assert.Equal(64 * 3, batch.Labels.Length);
        Assert.All(Enumerable.Range(0, 64), row =>
        {
            Assert.Equal(6, batch.Features.HistoryItems(row).Length);
            Assert.All(Enumerable.Range(0, 9), slot => Assert.Equal(1, batch.Features.Ids(row, slot).Length));
            float[] labels = batch.Labels[(row * 3)..((row + 1) * 3)].ToArray();
            Assert.Equal(labels.OrderDescending(), labels);
        });
    }

    [Fact]
    public void Samples_of_a_request_share_their_user_and_not_their_item()
    {
        BenchmarkOptions options = s_options with { Impressions = 4 };
        SnapshotColumns rows = new BenchmarkTraffic(options, BenchmarkScene.Create(options), 1).NextBatch().Features;

        Assert.Equal(rows.Ids(0, 0).ToArray(), rows.Ids(3, 0).ToArray());
        Assert.Equal(rows.HistoryItems(0).ToArray(), rows.HistoryItems(3).ToArray());
        Assert.NotEqual(rows.HistoryItems(3).ToArray(), rows.HistoryItems(4).ToArray());
        Assert.NotEqual(Items(rows, 0), Items(rows, 3));

        ulong[] Items(SnapshotColumns columns, int row) =>
            [.. Enumerable.Range(options.UserSlots, options.Slots - options.UserSlots).SelectMany(slot => columns.Ids(row, slot).ToArray())];
    }

    [Fact]
    public void Three_of_ten_samples_are_positive_and_three_of_ten_of_those_at_the_next_task()
    {
        BenchmarkTraffic traffic = Traffic(1);

        float[] labels = [.. Enumerable.Range(0, 100).SelectMany(_ => traffic.NextBatch().Labels.ToArray())];

        Assert.InRange(labels.Where((_, i) => i % 3 == 0).Average(), 0.28, 0.32);
        Assert.InRange(labels.Where((_, i) => i % 3 == 1).Average(), 0.08, 0.1);
    }

    [Fact]
    public void The_candidates_of_a_request_share_their_user_and_differ_in_their_items()
    {
        SnapshotColumns request = Traffic(1).NextRequest();
        int users = s_options.UserSlots;

        Assert.Equal(12, request.Count);
        Assert.All(Enumerable.Range(0, 12), row =>
        {
            Assert.Equal(request.HistoryItems(0).ToArray(), request.HistoryItems(row).ToArray());
            Assert.All(Enumerable.Range(0, users), slot => Assert.Equal(request.Ids(0, slot)[0], request.Ids(row, slot)[0]));
        });
        Assert.True(Enumerable.Range(0, 12).Select(row => request.Ids(row, users)[0]).Distinct().Count() > 1);
    }

    [Fact]
    public void Histories_are_of_the_item_slots_ids_and_groups_share_none()
    {
        var options = s_options with { Vocabulary = 3, Slots = 4 };
        LearnBatch batch = new BenchmarkTraffic(options, BenchmarkScene.Create(options), 1).NextBatch();
        HashSet<ulong>[] slots = [.. Enumerable.Range(0, 4).Select(slot =>
            Enumerable.Range(0, 64).Select(row => batch.Features.Ids(row, slot)[0]).ToHashSet())];
        HashSet<ulong> history = [.. Enumerable.Range(0, 64).SelectMany(row => batch.Features.HistoryItems(row).ToArray())];

        Assert.All(slots, ids => Assert.Equal(3, ids.Count));
        Assert.Equal(12, slots.SelectMany(ids => ids).Distinct().Count());
        Assert.True(history.SetEquals(slots[2]));
    }

    [Fact]
    public void The_scene_says_which_slots_are_the_users()
    {
        Scene scene = BenchmarkScene.Create(new BenchmarkOptions { Slots = 9 });

        Assert.Equal(
            ["user", "user_field1", "user_field2", "user_field3", "item", "item_field1", "item_field2", "item_field3", "item_field4"],
            scene.Slots.Select(slot => slot.Name));
        Assert.Equal(
            ["user_a", "user_a", "user_b", "user_b", "item", "item_field", "item_field", "item_field", "item_field"],
            scene.Slots.Select(slot => slot.Table));
        Assert.Equal(new Selector(SelectorKind.User), scene.Slots[0].Source);
        Assert.Equal(new Selector(SelectorKind.UserField, "field3"), scene.Slots[3].Source);
        Assert.Equal(new Selector(SelectorKind.Item), scene.Slots[4].Source);
        Assert.Equal(new Selector(SelectorKind.ItemField, "field4"), scene.Slots[8].Source);
        Assert.Equal((50, 4), (scene.History.Length, scene.History.ItemSlot));
        Assert.Equal([-1, 0], scene.Behaviours.Select(behaviour => behaviour.Parent));
    }

    private static BenchmarkTraffic Traffic(ulong seed) => new(s_options, BenchmarkScene.Create(s_options), seed);

    private static ulong[] Ids(SnapshotColumns rows) =>
    [
        .. Enumerable.Range(0, rows.Count).SelectMany(row => Enumerable.Range(0, s_options.Slots)
            .SelectMany(slot => rows.Ids(row, slot).ToArray()).Concat(rows.HistoryItems(row).ToArray())),
    ];
}
