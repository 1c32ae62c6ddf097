using System.Diagnostics.Metrics;
using CsCheck;
using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Features;
using Freshet.Scenes;
using Freshet.Tests.Architecture;
using static Freshet.Tests.Features.StageDriver;

namespace Freshet.Tests.Features;

/// <summary>Users, items and identities at their limits: who leaves, what is counted, and that nothing else changes.</summary>
public sealed class LimitTests
{
    private static readonly FeatureHash s_item = new("item");
    private static readonly FeatureHash s_age = new("age");
    private static readonly FeatureHash s_activity = new("activity");
    private static readonly string[] s_types =
        ["impression", "impression", "click", "click", "watch", "item_status", "profile", "song_play"];

    private static readonly Gen<(string Type, int User, int Item, long After)[]> s_log = Gen.Select(
        Gen.OneOfConst(s_types), Gen.Int[0, 5], Gen.Int[0, 4],
        Gen.Frequency((5, Gen.Long[0, 800]), (3, Gen.Long[0, 2 * Hour]), (1, Gen.Long[0, 40 * Hour]))).Array[1, 80];

    [Fact]
    public void At_the_limit_the_user_seen_least_recently_is_forgotten_with_history_profile_and_closeness()
    {
        var driver = new StageDriver(Limited(new LimitOptions { Users = 2 }));
        Know(driver, "a", 1);
        Know(driver, "b", 2);
        driver.Apply("impression", Start + (3 * Minute), user: "a"); // seen again, so b is older now

        Know(driver, "c", 4);

        long at = Start + Hour;
        Assert.Equal([s_item.Of("i")], driver.RowAt(at, "a").HistoryItems(0).ToArray());
        Assert.Equal([s_age.Of("a")], driver.RowAt(at, "a").Ids(0, 6).ToArray());
        Assert.NotEqual(0, driver.RowAt(at, "a").Dense(0)[5]);
        Assert.True(driver.RowAt(at, "b").HistoryItems(0).IsEmpty);
        Assert.True(driver.RowAt(at, "b").Ids(0, 6).IsEmpty);
        Assert.Equal(0, driver.RowAt(at, "b").Dense(0)[5]);
        Assert.Equal([s_age.Of("c")], driver.RowAt(at, "c").Ids(0, 6).ToArray());
        Assert.Equal((2, 1L, 0L), (driver.Stage.Sizes.Users, driver.Stage.Sizes.UsersOverLimit, driver.Stage.Sizes.UsersOverAge));
    }

    [Fact]
    public void A_user_that_was_forgotten_begins_again_from_nothing()
    {
        var driver = new StageDriver(Limited(new LimitOptions { Users = 1 }));
        Know(driver, "a", 1);
        Know(driver, "b", 2);
        driver.Apply("click", Start + (3 * Minute), user: "a", item: "other", request: "");

        var row = driver.RowAt(Start + Hour, "a");

        Assert.Equal([s_item.Of("other")], row.HistoryItems(0).ToArray());
        Assert.True(row.Ids(0, 6).IsEmpty);
        Assert.Equal(0, row.Dense(0)[5]); // closeness to "i", of its first life
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void A_user_is_forgotten_once_not_seen_for_longer_than_the_age(long beyond, int expected)
    {
        var driver = new StageDriver(Limited(new LimitOptions { UserAge = TimeSpan.FromHours(2) }));
        driver.Apply("click", Start, user: "a", request: "");

        Assert.Equal(expected, driver.RowAt(Start + (2 * Hour) + beyond, "a").HistoryItems(0).Length);
    }

    [Fact]
    public void Users_over_the_age_leave_memory_two_at_most_for_each_one_that_is_seen()
    {
        var driver = new StageDriver(Limited(new LimitOptions { UserAge = TimeSpan.FromHours(2) }));
        for (int i = 0; i < 6; i++)
        {
            driver.Apply("click", Start + i, user: $"u{i}", request: "");
        }

        driver.Apply("click", Start + (3 * Hour), user: "new", request: "");
        driver.Apply("click", Start + (3 * Hour), user: "new", request: "");
        Assert.Equal((3, 4L), (driver.Stage.Sizes.Users, driver.Stage.Sizes.UsersOverAge));

        driver.Apply("click", Start + (3 * Hour), user: "new", request: "");
        Assert.Equal((1, 6L, 0L), (driver.Stage.Sizes.Users, driver.Stage.Sizes.UsersOverAge, driver.Stage.Sizes.UsersOverLimit));
    }

    [Fact]
    public void At_the_limit_the_item_seen_least_recently_loses_its_status()
    {
        var driver = new StageDriver(Limited(new LimitOptions { Items = 2, ItemAge = TimeSpan.FromHours(5) }));
        Status(driver, "x", 1);
        Status(driver, "y", 2);
        driver.Apply("impression", Start + (3 * Minute), item: "x");
        Status(driver, "z", 4);

        Assert.Equal([s_activity.Of("x")], driver.RowAt(Start + Hour, item: "x").Ids(0, 7).ToArray());
        Assert.True(driver.RowAt(Start + Hour, item: "y").Ids(0, 7).IsEmpty);
        Assert.Equal([s_activity.Of("z")], driver.RowAt(Start + Hour, item: "z").Ids(0, 7).ToArray());
        Assert.True(driver.RowAt(Start + (9 * Hour), item: "z").Ids(0, 7).IsEmpty);
        Assert.Equal((2, 1L), (driver.Stage.Sizes.Items, driver.Stage.Sizes.ItemsOverLimit));
    }

    [Fact]
    public void At_the_limit_the_oldest_identity_is_forgotten_and_its_click_counts_under_the_keys_of_its_own_event()
    {
        StageDriver plain = new(Limited(new LimitOptions())), limited = new(Limited(new LimitOptions { Identities = 1 }));
        foreach (StageDriver driver in (StageDriver[])[plain, limited])
        {
            driver.Apply(On(Event("impression", Start, request: "r1"), "home"));
            driver.Apply(On(Event("impression", Start + Minute, user: "other", request: "r2"), "home"));
            driver.Apply("click", Start + (2 * Minute), request: "r1"); // carries no surface
        }

        // Rate of clicks per item and surface, in an hour.
        float with = plain.Row(On(Event("impression", Start + (3 * Minute), "looker"), "home")).Dense(0)[1];
        float without = limited.Row(On(Event("impression", Start + (3 * Minute), "looker"), "home")).Dense(0)[1];

        Assert.True(with > without, $"{with} {without}");
        Assert.Equal((1, 1L), (limited.Stage.Sizes.Identities, limited.Stage.Sizes.IdentitiesOverLimit));
    }

    [Fact]
    public void An_event_whose_identity_or_user_left_while_it_waited_is_counted_without_them()
    {
        var driver = new StageDriver(Limited(new LimitOptions { Identities = 1, Users = 1 }));
        driver.Apply(On(Event("impression", Start, user: "a", request: "r1"), "home"));
        driver.Apply("click", Start, user: "a", request: "r1"); // waits with its impression
        driver.Apply(On(Event("impression", Start + 1, user: "b", request: "r2"), "home"));
        driver.Apply("click", Start + 2, user: "b", request: "r2");
        driver.Apply("click", Start + Minute, user: "c", item: "other", request: "");

        Assert.True(driver.RowAt(Start + Minute, "a").HistoryItems(0).IsEmpty);
        Assert.Equal(0, driver.Stage.Sizes.WaitingEvents);
        Assert.Equal((1, 1), (driver.Stage.Sizes.Users, driver.Stage.Sizes.Identities));
    }

    [Fact]
    public void Limits_that_are_never_reached_change_no_bit() => s_log.Sample(log =>
        Assert.Equal(
            Run(new FeatureStage(Limited(new LimitOptions())), log, 0),
            Run(new FeatureStage(Limited(new LimitOptions { Users = 6, Items = 5, Identities = 80 })), log, 0)));

    [Fact]
    public void A_stage_that_forgets_resumes_from_its_saved_state_as_if_it_had_not_stopped() => Gen.Select(s_log, Gen.Int[0, 80]).Sample((log, at) =>
    {
        int cut = Math.Min(at, log.Length);
        Scene scene = Limited(new LimitOptions
        {
            Users = 3,
            Items = 2,
            Identities = 4,
            UserAge = TimeSpan.FromHours(30),
            ItemAge = TimeSpan.FromHours(20),
        });
        FeatureStage whole = new(scene), restored = new(scene);
        _ = Run(whole, log[..cut], 0);
        using var state = new MemoryStream();
        whole.Save(state);
        state.Position = 0;
        restored.Restore(state);

        Assert.Equal(state.Length, state.Position);
        Assert.Equal(Run(whole, log, cut), Run(restored, log, cut));
        Assert.Equal(Forgotten(whole), Forgotten(restored));
        Assert.InRange(restored.Sizes.Users, 0, 3);
        Assert.InRange(restored.Sizes.Items, 0, 2);
        Assert.InRange(restored.Sizes.Identities, 0, 4);
    });

    [Fact]
    public void State_restored_under_a_lower_limit_keeps_those_seen_last()
    {
        var driver = new StageDriver(Limited(new LimitOptions()));
        Know(driver, "a", 1);
        Know(driver, "b", 2);
        using var state = new MemoryStream();
        driver.Stage.Save(state);
        state.Position = 0;
        var lower = new StageDriver(Limited(new LimitOptions { Users = 1 }));

        lower.Stage.Restore(state);

        Assert.Equal((1, 1L), (lower.Stage.Sizes.Users, lower.Stage.Sizes.UsersOverLimit));
        Assert.Equal([s_age.Of("b")], lower.RowAt(Start + Hour, "b").Ids(0, 6).ToArray());
    }

    [Fact]
    public void At_the_limit_a_steady_stream_allocates_nothing()
    {
        var driver = new StageDriver(Limited(new LimitOptions { Users = 7, Items = 5, Identities = 20 }));
        BehaviourEvent[] events = [.. Enumerable.Range(0, 300).Select(i => Steady(i))];
        long at = Start;
        Pass(40_000);

        Assert.Equal(0, Allocation.Of(() => Pass(10_000)));
        Assert.True(driver.Stage.Sizes.UsersOverLimit > 1_000);

        void Pass(int count)
        {
            for (int i = 0; i < count; i++)
            {
                events[i % events.Length].At = at += 700;
                driver.Stage.Apply(events[i % events.Length], new(at, at));
            }
        }

        static BehaviourEvent Steady(int i)
        {
            string type = (i % 4) switch { 0 => "impression", 1 => "click", 2 => "item_status", _ => "profile" };
            string user = type == "item_status" ? "" : $"u{i / 4 % 30}", item = type == "profile" ? "" : $"i{i / 4 % 21}";
            return With(With(Event(type, Start, user, item, $"r{i / 4}"), "age", $"{i % 9}"), "activity", $"{i % 9}");
        }
    }

    [Fact]
    public void The_instruments_say_what_is_kept_and_what_was_forgotten()
    {
        Scene scene = Limited(new LimitOptions { Users = 1 }) with { Name = $"limits-{Guid.NewGuid():N}" };
        var driver = new StageDriver(scene);
        Know(driver, "a", 1);
        Know(driver, "b", 2);
        var seen = new Dictionary<string, long>();
        using var metrics = new FeatureMetrics(scene, driver.Stage);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == FeatureMetrics.MeterName)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if ((string?)tags[0].Value == scene.Name)
            {
                seen[$"{instrument.Name} {string.Join(' ', tags[1..].ToArray().Select(tag => tag.Value))}"] = value;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal((1, 1), (seen["freshet.features.kept user"], seen["freshet.features.forgotten user limit"]));
        Assert.Equal((0, 0), (seen["freshet.features.forgotten user age"], seen["freshet.features.kept waiting_event"]));
        Assert.True(seen["freshet.features.kept window_key"] > 0);
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md"));
        Assert.All(seen.Keys, name => Assert.Contains($"| `{name.Split(' ')[0]}` |", page, StringComparison.Ordinal));
    }

    private static Scene Limited(LimitOptions limits) => Scenes.Rich() with { Limits = limits };

    private static void Know(StageDriver driver, string user, int minute)
    {
        driver.Apply("click", Start + (minute * Minute), user, request: "");
        driver.Apply(With(Event("profile", Start + (minute * Minute), user, item: ""), "age", user));
    }

    private static void Status(StageDriver driver, string item, int minute) =>
        driver.Apply(With(Event("item_status", Start + (minute * Minute), user: "", item: item), "activity", item));

    private static (long, long, long, long, long, int, int, int) Forgotten(FeatureStage stage)
    {
        FeatureSizes sizes = stage.Sizes;
        return (
            sizes.UsersOverLimit, sizes.UsersOverAge, sizes.ItemsOverLimit, sizes.ItemsOverAge, sizes.IdentitiesOverLimit,
            sizes.Users, sizes.Items, sizes.Identities);
    }

    private static List<string> Run(FeatureStage stage, (string Type, int User, int Item, long After)[] log, int from)
    {
        var rows = new List<string>();
        var columns = new SnapshotColumns(stage.Schema);
        long at = Start;
        for (int i = 0; i < log.Length; i++)
        {
            (string type, int user, int item, long after) = log[i];
            at += after;
            if (i < from)
            {
                continue;
            }

            string userId = type == "item_status" ? "" : $"u{user}", itemId = type is "profile" or "song_play" ? "" : $"i{item}";
            BehaviourEvent e = On(Event(type, at, userId, itemId, $"r{i / 3}", 40), "home");
            e.AddFeature("age", $"{i % 7}");
            e.AddFeature("activity", $"a{i % 5}");
            e.AddFeature("song_id", $"s{i % 3}");
            if (type == "impression")
            {
                columns.Clear();
                stage.Snapshot(e, new(at, at), columns);
                rows.Add(Text(columns));
            }

            stage.Apply(e, new(at, at));
        }

        return rows;
    }
}
