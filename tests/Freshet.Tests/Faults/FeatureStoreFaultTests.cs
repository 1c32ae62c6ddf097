using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Features;
using Freshet.Features.Windows;
using Freshet.Scenes;
using static Freshet.Tests.Features.StageDriver;

namespace Freshet.Tests.Faults;

/// <summary>Faults of a store of windows, as the feature stage meets them: a stage restored from its last state gives the features of an undisturbed one.</summary>
public sealed class FeatureStoreFaultTests
{
    private static readonly Scene s_scene = Freshet.Tests.Features.Scenes.ItemWindows();

    public static TheoryData<int> Seeds => [1, 2, 3];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_state_that_a_full_disk_cut_off_is_said_while_it_is_saved_and_the_stage_goes_on(int seed)
    {
        (FeatureStage stage, FaultyFeatureStore store) = Filled(seed);
        store.Fault = Fault.FullDisk;

        var error = Assert.Throws<IOException>(() => stage.Save(new MemoryStream()));

        Assert.Equal("No space left on device", error.Message);
        store.Fault = Fault.None;
        Assert.Equal(Row(Filled(seed).Stage), Row(stage));
    }

    [Theory]
    [InlineData(1, Fault.TornWrite)]
    [InlineData(2, Fault.TornWrite)]
    [InlineData(1, Fault.HalfRead)]
    [InlineData(2, Fault.HalfRead)]
    public void A_state_that_ends_early_is_refused_and_an_older_one_gives_the_features_of_then(int seed, Fault fault)
    {
        (FeatureStage stage, FaultyFeatureStore store) = Filled(seed);
        string expected = Row(stage);
        byte[] older = Saved(stage);
        store.Fault = fault;
        byte[] newer = Saved(stage);

        FaultyFeatureStore half = Empty(seed, fault == Fault.HalfRead ? fault : Fault.None);
        var error = Assert.Throws<FeatureStateException>(() => new FeatureStage(s_scene, half).Restore(new MemoryStream(newer)));
        var again = new FeatureStage(s_scene, Empty(seed, Fault.None));
        again.Restore(new MemoryStream(older));

        Assert.Equal(
            "The feature state ends before it is complete. The stage is half restored. Make a new stage and restore an older state.", error.Message);
        Assert.Equal(expected, Row(again));
    }

    [Fact]
    public void A_slow_store_gives_the_same_features()
    {
        (FeatureStage stage, _) = Filled(seed: 1, Fault.Slow);
        var restored = new FeatureStage(s_scene, Empty(seed: 1, Fault.Slow));
        restored.Restore(new MemoryStream(Saved(stage)));

        Assert.Equal(Row(Filled(seed: 1).Stage), Row(stage));
        Assert.Equal(Row(stage), Row(restored));
    }

    [Fact]
    public void A_store_that_is_gone_is_said_at_the_event_and_a_restored_stage_takes_the_event_again()
    {
        (FeatureStage stage, FaultyFeatureStore store) = Filled(seed: 1);
        byte[] saved = Saved(stage);
        BehaviourEvent next = Event("impression", Start + Hour, user: "next", request: "next");
        store.Fault = Fault.Gone;

        var error = Assert.Throws<IOException>(() => Row(stage));

        Assert.Contains("cannot be reached: Connection refused. It holds what it held before.", error.Message, StringComparison.Ordinal);
        FeatureStage expected = Filled(seed: 1).Stage, again = new(s_scene, Empty(seed: 1, Fault.None));
        again.Restore(new MemoryStream(saved));
        expected.Apply(next, EventTime.OfRequest(next.At, next.At));
        again.Apply(next, EventTime.OfRequest(next.At, next.At));
        Assert.Equal(Row(expected), Row(again));
    }

    private static FaultyFeatureStore Empty(int seed, Fault fault) => new(new MemoryFeatureStore(s_scene), seed, size: 64) { Fault = fault };

    private static (FeatureStage Stage, FaultyFeatureStore Store) Filled(int seed, Fault fault = Fault.None)
    {
        FaultyFeatureStore store = Empty(seed, fault);
        var stage = new FeatureStage(s_scene, store);
        for (int i = 0; i < 200; i++)
        {
            long at = Start + (i * Second);
            stage.Apply(Event(i % 3 == 0 ? "click" : "impression", at, user: $"u{i % 5}", item: $"i{i % 4}", request: $"r{i}"), EventTime.OfRequest(at, at));
        }

        return (stage, store);
    }

    private static byte[] Saved(FeatureStage stage)
    {
        using var state = new MemoryStream();
        stage.Save(state);
        return state.ToArray();
    }

    private static string Row(FeatureStage stage)
    {
        var columns = new SnapshotColumns(stage.Schema);
        stage.Snapshot(Event("impression", Start + Hour, user: "looker", item: "i1", request: "look"), EventTime.OfRequest(Start + Hour, stage.Now), columns);
        return Text(columns);
    }
}
