using System.Globalization;
using Freshet.Samples;
using Freshet.Scenes;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>What arrives in life: wrong clocks, hot users, ids used twice, days that are no 24 hours, partitions that stop.</summary>
public sealed class BadInputTests
{
    private const long Noon = FirstMay + (12 * Hour);

    [Fact]
    public void A_device_whose_clock_is_days_ahead_moves_no_watermark_and_harms_nobody_else()
    {
        var join = new Join(With(Cumulative));
        join.Add(Line.Impression("right", Noon));
        join.Add(new Line("click", "orphan", Noon, Request: "r9"));

        join.Add(Line.Impression("ahead", Noon + (3 * Day), user: "u2") with { ReceivedAt = Noon });
        join.Add(new Line("click", "ahead-click", Noon + (3 * Day) + Minute, User: "u2", ReceivedAt: Noon));

        Assert.Equal(Noon - Minute, join.Joiner.Watermark);
        Assert.Equal((1L, 1L, 2L), (join.Counters.Joined, join.Counters.Pending, join.Counters.ClockAhead));
        join.Cut(Noon + Hour);
        Assert.Equal(["right"], join.Rows().Select(row => row.Snapshot));
        Assert.Equal([("right", 0u), ("ahead", 1u)], join.All().Select(row => (row.Snapshot, row.Labels)));
    }

    [Fact]
    public void A_device_whose_clock_is_days_behind_gets_its_sample_on_its_own_day_as_long_as_state_is_kept()
    {
        var kept = new Join(With(Cumulative));
        var gone = new Join(With(Cumulative with { RetainDays = 1 }));
        foreach (Join join in (Join[])[kept, gone])
        {
            join.Add(Line.Impression("right", Noon));
            join.Add(Line.Impression("behind", Noon - (3 * Day), user: "u2"));
            join.Add(new Line("click", "c", Noon - (3 * Day) + 5, User: "u2"));
        }

        Assert.Equal([("behind", 1u), ("right", 0u)], kept.All().Select(row => (row.Snapshot, row.Labels)));
        Assert.Equal((Noon - Minute, 1L), (kept.Joiner.Watermark, kept.Counters.Joined));
        Assert.Equal(["right"], gone.All().Select(row => row.Snapshot));
        Assert.Equal((1L, 1L, 0L), (gone.Counters.ExpiredImpressions, gone.Counters.Expired, gone.Counters.Joined));
    }

    [Theory]
    [InlineData(AttributionMode.Cumulative)]
    [InlineData(AttributionMode.Window)]
    public void A_click_with_a_clock_days_off_labels_nothing_and_is_late_or_before_its_impression(AttributionMode mode)
    {
        var join = new Join(With(Cumulative with { Mode = mode }));
        join.Add(Line.Impression("i", Noon));

        Assert.Equal(JoinOutcome.Late, join.Add(new Line("click", "ahead", Noon + (3 * Day), ReceivedAt: Noon)));
        Assert.Equal(JoinOutcome.BeforeImpression, join.Add(new Line("click", "behind", Noon - (3 * Day))));

        join.Joiner.Drain(join.Table);
        Assert.Equal(0u, Assert.Single(join.Rows()).Labels);
        Assert.Equal(Noon - Minute, join.Joiner.Watermark);
    }

    [Theory]
    [InlineData(AttributionMode.Cumulative)]
    [InlineData(AttributionMode.Window)]
    public void An_impression_that_comes_after_its_click_gets_the_label(AttributionMode mode)
    {
        var join = new Join(With(Cumulative with { Mode = mode }));

        Assert.Equal(JoinOutcome.Pending, join.Add(new Line("click", "c", Noon + 5)));
        Assert.Equal(JoinOutcome.Impression, join.Add(Line.Impression("i", Noon)));

        join.Joiner.Drain(join.Table);
        Assert.Equal((1u, 1L, 0L), (join.Rows().Single().Labels, join.Counters.Joined, join.Counters.Pending));
    }

    [Fact]
    public void Ten_thousand_looks_at_one_page_backwards_in_time_are_one_sample_with_the_earliest_time()
    {
        var join = new Join(With(Cumulative));
        for (int i = 10_000; i > 0; i--)
        {
            join.Add(Line.Impression($"i{i:00000}", Noon + i));
        }

        Assert.Equal(("i00001", Noon + 1, 9_999), join.All().Select(row => (row.Snapshot, row.ShownAt, row.Repeats)).Single());
    }

    /// <summary>FRESHET_HOT_EVENTS=1000000 gives the user a million.</summary>
    [Fact]
    public void A_user_with_very_many_events_is_counted_to_the_last_one()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable("FRESHET_HOT_EVENTS") is { Length: > 0 } text ? text : "20000", CultureInfo.InvariantCulture);
        var join = new Join(With(Cumulative));
        join.Add(Line.Impression("page", Noon));
        for (int i = 0; i < count; i++)
        {
            // Half of them heartbeats of one page, half clicks on pages of their own.
            join.Add(i % 2 == 0
                ? new Line("watch", $"w{i}", Noon + (i / 100), Value: 0.001)
                : Line.Impression($"i{i}", Noon + (i / 100), request: $"p{i}"));
        }

        List<Join.Row> rows = join.All();
        Assert.Equal((count / 2) + 1, rows.Count);
        Assert.Equal((count / 2, (count / 2) + 1), ((int)join.Counters.Joined, (int)join.Counters.Identities));
        Assert.Equal(count / 2 * 0.001 >= 30, rows.Single(row => row.Snapshot == "page").Labels != 0);
    }

    [Fact]
    public void A_request_id_used_for_two_users_makes_two_identities()
    {
        var join = new Join(With(Cumulative));
        join.Add(Line.Impression("i", Noon, user: "u1"));
        join.Add(Line.Impression("i", Noon, user: "u2"));

        join.Add(new Line("click", "c", Noon + 1, User: "u2"));

        Assert.Equal([("u1", 0u), ("u2", 1u)], join.All().Select(row => (row.Identity.User, row.Labels)).Order());
        Assert.Equal((2L, 0L), (join.Counters.Identities, join.Counters.DuplicateImpressions));
    }

    [Fact]
    public void A_session_over_midnight_belongs_to_the_day_on_which_it_began_until_its_grace_is_over()
    {
        var join = new Join(With(Cumulative));
        join.Add(Line.Impression("i", FirstMay + Day - (5 * Minute)));
        join.Add(new Line("click", "c", FirstMay + Day + (5 * Minute)));
        join.Add(Line.Impression("again", FirstMay + Day + (6 * Minute)));

        join.Cut(FirstMay + Day + (30 * Minute));

        Assert.Equal((1u, 1), join.Rows().Select(row => (row.Labels, row.Repeats)).Single());
        Assert.Equal(1, join.Table.Day(new DateOnly(2022, 5, 1)).Length);
        Assert.Equal(JoinOutcome.Joined, join.Add(new Line("gift", "last", FirstMay + Day + (2 * Hour) - 1, Value: 1)));
        Assert.Equal(JoinOutcome.Late, join.Add(new Line("gift", "late", FirstMay + Day + (2 * Hour), Value: 1)));
    }

    [Theory]
    [InlineData("2022-03-27T01:59:00+01:00", 23)]
    [InlineData("2022-10-30T02:59:00+02:00", 25)]
    public void Clocks_that_change_inside_a_session_change_no_label_and_the_horizon_follows_the_local_midnight(string shownAt, int hours)
    {
        TimeZoneInfo berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        DateTimeOffset shown = DateTimeOffset.Parse(shownAt, CultureInfo.InvariantCulture);
        long at = shown.ToUnixTimeMilliseconds(), midnight = new DateTimeOffset(shown.Date, shown.Offset).ToUnixTimeMilliseconds();
        var join = new Join(With(Cumulative, berlin));
        join.Add(Line.Impression("i", at));

        // Two minutes later the local clock shows an hour more, or less.
        join.Add(new Line("click", "c", at + (2 * Minute)));

        Assert.Equal((1u, $"{at + (2 * Minute)}"), join.All().Select(row => (row.Labels, row.Times.Split(',')[0])).Single());
        Assert.Equal(1, join.Table.Day(DateOnly.FromDateTime(shown.Date)).Length);
        Assert.Equal(JoinOutcome.Joined, join.Add(new Line("click", "last", midnight + ((hours + 2) * Hour) - 1)));
        Assert.Equal(JoinOutcome.Late, join.Add(new Line("click", "late", midnight + ((hours + 2) * Hour))));
    }

    [Theory]
    [InlineData(AttributionMode.Cumulative, 2)]
    [InlineData(AttributionMode.Window, 1)]
    public void A_partition_that_stops_for_an_hour_holds_nobody_and_what_it_brings_then_counts_by_event_time(AttributionMode mode, int labelled)
    {
        var join = new Join(With(Cumulative with { Mode = mode }));
        join.Add(Line.Impression("i", Noon, user: "slow"), partition: 1);
        join.Add(new Line("click", "orphan", Noon + 1, User: "slow", Request: "r2"), partition: 1);
        for (int minute = 0; minute <= 60; minute++)
        {
            join.Add(new Line("song_play", $"s{minute}", Noon + (minute * Minute)), partition: 0);
            Assert.Equal(minute <= 5 ? Noon - Minute + 1 : Noon + ((minute - 1) * Minute), join.Joiner.Watermark);
        }

        Assert.Equal(1, join.Counters.NoImpression);
        join.Add(new Line("click", "c", Noon + Minute, User: "slow"), partition: 1);
        join.Add(Line.Impression("i2", Noon, user: "slow", request: "r2"), partition: 1);

        // In window mode the first sample had left after 20 minutes; the second entry opens with its orphan beside it.
        Assert.Equal((2L, 0L, Noon + (59 * Minute)), (join.Counters.Joined, join.Counters.Unmatched, join.Joiner.Watermark));
        join.Joiner.Drain(join.Table);
        Assert.Equal(labelled, join.Rows().Count(row => row.Labels != 0));
    }
}
