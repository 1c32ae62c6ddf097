using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Features;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Tests.Architecture;

namespace Freshet.Tests.Samples;

/// <summary>Logs of <c>Cases/</c> that were joined wrong once: wrong clocks, and an export in another order than that of arrival.</summary>
public sealed class ClockCaseTests
{
    private const string FarFuture = "01-first-event-far-future", NotArrived = "22-features-see-what-had-not-arrived", LocalTime = "23-three-clients-send-local-time";

    [Theory]
    [InlineData(AttributionMode.Cumulative)]
    [InlineData(AttributionMode.Window)]
    public void A_first_line_of_2099_or_a_profile_of_next_week_takes_nothing_from_the_others(AttributionMode mode)
    {
        Joined good = Join(FarFuture, mode, "good.ndjson");

        Joined events = Join(FarFuture, mode, "events.ndjson"), signal = Join(FarFuture, mode, "signal-first.ndjson");

        Assert.Equal(60, good.Samples.Count);
        Assert.Equal(good.Samples, events.Samples.Where(sample => sample.ShownAt < 4_070_908_800_000));
        Assert.Equal(good.Samples, signal.Samples);
        Assert.Equal(good.Snapshots, events.Snapshots[1..]);
        Assert.Equal(good.Snapshots, signal.Snapshots);
        Assert.Equal((21L, 0L, 0L), (good.Counters.Joined, good.Counters.Unmatched, good.Counters.ExpiredImpressions));
        Assert.Equal((21L, 0L, 0L), (events.Counters.Joined, events.Counters.Unmatched, events.Counters.ExpiredImpressions));
    }

    [Theory]
    [InlineData("by-event-time.ndjson")]
    [InlineData("by-arrival.ndjson")]
    [InlineData("impressions.ndjson", "others.ndjson")]
    public void A_snapshot_knows_what_had_arrived_and_nothing_that_arrived_later(params string[] files)
    {
        Joined joined = Join(NotArrived, AttributionMode.Cumulative, files);

        // The click of r0 came two hours and the status one hour after r1 was shown: no category, and the rate of nothing known.
        Assert.Equal([(1_651_363_130_000, 1u), (1_651_363_200_000, 0u)], joined.Samples.Select(sample => (sample.ShownAt, sample.Labels)));
        Assert.Equal([0, 0], joined.Snapshots.Select(snapshot => snapshot.Categories));
        Assert.Equal(Join(NotArrived, AttributionMode.Cumulative, "by-arrival.ndjson").Snapshots, joined.Snapshots);
    }

    [Theory]
    [InlineData(AttributionMode.Cumulative)]
    [InlineData(AttributionMode.Window)]
    public void Three_clients_who_send_local_time_move_no_clock_and_cost_nobody_a_label(AttributionMode mode)
    {
        Joined joined = Join(LocalTime, mode, "events.ndjson");

        long clicks = joined.Counters.Behaviours;
        Assert.Equal((clicks, 0L), (joined.Counters.Joined, joined.Counters.AfterLeaving));
        Assert.Equal(clicks, joined.Samples.Count(sample => sample.Labels != 0));
        Assert.Equal(20, joined.Counters.ClockAhead);
    }

    private static Joined Join(string folder, AttributionMode mode, params string[] files)
    {
        string path = Path.Combine(Repository.Root, "tests", "Freshet.Tests", "Cases", folder);
        Scene scene = SceneFile.Read(Path.Combine(path, "scene.yaml"));
        scene = scene with { Attribution = scene.Attribution with { Mode = mode } };
        using var source = new NdjsonEventSource([.. files.Select(file => Path.Combine(path, file))], malformed: null, scene.Arrival.Window);
        var joiner = new Joiner(scene);
        var table = new SampleTable(scene);
        var stage = new FeatureStage(scene);
        var snapshots = new SnapshotColumns(stage.Schema);
        var e = new BehaviourEvent();
        while (source.TryRead(e))
        {
            EventTime time = joiner.TimeOf(e);
            int row = -1;
            if (joiner.WantsSnapshot(e))
            {
                row = snapshots.Count;
                stage.Snapshot(e, time, snapshots);
            }

            _ = joiner.Add(e, row);
            stage.Apply(e, time);
        }

        joiner.Drain(table);
        List<Sample> samples = [.. table.Days.SelectMany(date => table.Find(date)!.Samples.ToArray()).Select(sample => new Sample(sample.ShownAt, sample.Labels))];
        List<Row> rows = [.. Enumerable.Range(0, snapshots.Count).Select(row => new Row(
            snapshots.Schema.Slots.Count > 1 ? snapshots.Ids(row, 1).Length : 0, string.Join(',', snapshots.Dense(row).ToArray()), snapshots.Ids(row, 0)[0]))];
        return new Joined(samples, rows, joiner.Counters);
    }

    private sealed record Joined(List<Sample> Samples, List<Row> Snapshots, JoinCounters Counters);

    private sealed record Sample(long ShownAt, uint Labels);

    private sealed record Row(int Categories, string Dense, ulong Item);
}
