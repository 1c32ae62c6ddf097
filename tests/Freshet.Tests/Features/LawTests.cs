using CsCheck;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Features;
using static Freshet.Tests.Features.StageDriver;

namespace Freshet.Tests.Features;

public sealed class LawTests
{
    private static readonly string[] s_types =
        ["impression", "impression", "impression", "click", "click", "watch", "watch", "item_status", "profile", "song_play", "nonsense"];

    // Within a request, at the same time, out of order, further than is believed, after a silence that forgets identities.
    private static readonly Gen<long> s_after = Gen.Frequency(
        (4, Gen.Long[0, 700]), (2, Gen.Const(0L)), (3, Gen.Long[-Minute, Minute]), (3, Gen.Long[-20 * Minute, 90 * Minute]), (1, Gen.Const(3 * Day)));

    private static readonly Gen<Step[]> s_log = Gen.Select(
        Gen.OneOfConst(s_types), Gen.Int[0, 2], Gen.Int[0, 1], Gen.Int[0, 2], s_after, Gen.Double[0, 60],
        (type, user, item, request, step, value) => new Step(type, user, item, request, step, value)).Array[1, 60];

    [Fact]
    public void Replaying_the_same_events_gives_the_same_bits() =>
        s_log.Sample(log => Assert.Equal(Replay(new FeatureStage(Scenes.Rich()), log, 0), Replay(new FeatureStage(Scenes.Rich()), log, 0)));

    [Fact]
    public void Restoring_what_was_saved_goes_on_with_the_same_snapshots() =>
        Gen.Select(s_log, Gen.Int[0, 60]).Sample((log, at) =>
        {
            int cut = Math.Min(at, log.Length);
            FeatureStage whole = new(Scenes.Rich()), restored = new(Scenes.Rich());
            _ = Replay(whole, log[..cut], 0);
            using var state = new MemoryStream();
            whole.Save(state);
            state.Position = 0;
            restored.Restore(state);

            Assert.Equal(state.Length, state.Position);
            Assert.Equal(Replay(whole, log, cut), Replay(restored, log, cut));
        });

    [Fact]
    public void In_order_of_time_a_snapshot_changes_no_later_snapshot() =>
        s_log.Sample(log =>
        {
            Step[] inOrder = [.. log.Select(step => step with { After = Math.Abs(step.After) })];
            FeatureStage plain = new(Scenes.Rich()), watched = new(Scenes.Rich());
            SnapshotColumns lookers = new(watched.Schema), siblings = new(watched.Schema);

            List<string> expected = Replay(plain, inOrder, 0, saysArrival: true);
            List<string> actual = Replay(watched, inOrder, 0, saysArrival: true, watch: e =>
            {
                var candidate = Event("impression", e.At, "looker", "i1", "look");
                watched.Snapshot(candidate, EventTime.OfRequest(e.At, watched.Now), lookers);
                watched.Snapshot(candidate, EventTime.OfRequest(e.At, watched.Now), lookers);
                if (e.Type.SequenceEqual("impression"u8))
                {
                    watched.Snapshot(e, EventTime.OfRequest(e.At, watched.Now), siblings);
                }
            });

            Assert.Equal(expected, actual);
            for (int row = 0; row < lookers.Count; row += 2)
            {
                Assert.Equal(Text(lookers, row), Text(lookers, row + 1));
            }
        });

    [Fact]
    public void A_steady_stream_allocates_nothing()
    {
        var stage = new FeatureStage(Scenes.Rich());
        var columns = new SnapshotColumns(stage.Schema);
        BehaviourEvent[] events = [.. Enumerable.Range(0, 300).Select(i => Steady(i))];
        long at = Start;
        Run(stage, columns, events, ref at, 100_000);

        Assert.Equal(0, Allocation.Of(() => Run(stage, columns, events, ref at, 20_000)));
    }

    [Fact]
    public void State_of_another_scene_is_refused_and_leaves_the_stage_as_it_was()
    {
        using var state = new MemoryStream();
        new FeatureStage(Scenes.Rich()).Save(state);
        state.Position = 0;

        var error = Assert.Throws<FeatureStateException>(() => new FeatureStage(Scenes.ItemWindows()).Restore(state));

        Assert.StartsWith("The feature state was saved for scene ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Restore it with the scene it was saved with, or replay the log.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_ends_early_is_refused()
    {
        using var state = new MemoryStream();
        new FeatureStage(Scenes.Rich()).Save(state);
        using var cut = new MemoryStream(state.ToArray()[..^1]);

        var error = Assert.Throws<FeatureStateException>(() => new FeatureStage(Scenes.Rich()).Restore(cut));

        Assert.Equal(
            "The feature state ends before it is complete. The stage is half restored. Make a new stage and restore an older state.",
            error.Message);
    }

    [Fact]
    public void Columns_of_another_shape_are_refused()
    {
        var stage = new FeatureStage(Scenes.ItemWindows());

        var error = Assert.Throws<ArgumentException>(
            () => stage.Snapshot(Event("impression", Start), EventTime.OfRequest(Start, Start), new SnapshotColumns(Scenes.Rich().SnapshotSchema())));

        Assert.Equal(
            "The columns have 11 slots and 8 dense features; the scene has 1 and 6. Nothing was appended. Create them with this stage's Schema.",
            error.Message);
    }

    private static void Run(FeatureStage stage, SnapshotColumns columns, BehaviourEvent[] events, ref long at, int count)
    {
        for (int i = 0; i < count; i++)
        {
            BehaviourEvent e = events[i % events.Length];
            e.At = at += i % 3 == 0 ? 5_400 : 300; // what follows an impression waits with it
            if (i % 3 == 0)
            {
                columns.Clear();
                stage.Snapshot(e, EventTime.OfRequest(at, at), columns);
            }

            stage.Apply(e, EventTime.OfRequest(at, at));
        }
    }

    private static BehaviourEvent Steady(int i)
    {
        string type = i % 3 == 0 ? "impression" : i % 3 == 1 ? "click" : "watch", request = i % 12 == 11 ? "" : $"r{i / 3}";
        return On(With(Event(type, Start, $"u{i / 3 % 10}", $"i{i / 3 % 7}", request, 40), "tag", $"t{i % 5}"), "home");
    }

    private static List<string> Replay(FeatureStage stage, Step[] log, int from, bool saysArrival = false, Action<BehaviourEvent>? watch = null)
    {
        var rows = new List<string>();
        var columns = new SnapshotColumns(stage.Schema);
        var clock = new EventClock(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5));
        long at = Start;
        for (int i = 0; i < log.Length; i++)
        {
            at += log[i].After;
            BehaviourEvent e = log[i].ToEvent(at);
            e.ReceivedAt = saysArrival ? at : BehaviourEvent.NoTime;
            EventTime time = log[i].Type == "nonsense" ? clock.TimeBeside(e) : clock.Observe(e);
            if (i < from)
            {
                continue;
            }

            watch?.Invoke(e);
            if (log[i].Type == "impression")
            {
                columns.Clear();
                stage.Snapshot(e, time, columns);
                rows.Add(Text(columns));
            }

            stage.Apply(e, time);
        }

        return rows;
    }

    private sealed record Step(string Type, int User, int Item, int Request, long After, double Value)
    {
        public BehaviourEvent ToEvent(long at)
        {
            bool ofUser = Type is "profile" or "song_play", isOrganic = Request == 2 && Type is not "impression";
            BehaviourEvent e = On(
                Event(
                    Type, at, Type == "item_status" ? "" : $"u{User}", ofUser ? "" : $"i{Item}", isOrganic ? "" : $"r{Request}", Value),
                $"s{Request}");
            e.AddFeature("tag", $"t{Item % 2}");
            e.AddFeature("age", $"{User}");
            e.AddFeature("activity", $"a{Request}");
            e.AddFeature("heat", Value);
            e.AddFeature("song_id", $"s{Item}");
            return e;
        }
    }
}
