using Freshet.Core.Events;
using Freshet.Samples;
using Freshet.Scenes;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>What becomes of single events.</summary>
public sealed class JoinerTests
{
    private const long Noon = FirstMay + (12 * Hour);

    [Fact]
    public void A_click_after_its_impression_is_joined_and_labels_the_sample()
    {
        var join = new Join(With(Cumulative));

        Assert.Equal(JoinOutcome.Impression, join.Add(Line.Impression("i", Noon)));
        Assert.Equal(JoinOutcome.Joined, join.Add(new Line("click", "c", Noon + 5)));

        Join.Row row = Assert.Single(join.All());
        Assert.Equal((1u << Click, $"{Noon + 5},{SampleDay.NoTime},{SampleDay.NoTime},{SampleDay.NoTime}"), (row.Labels, row.Times));
    }

    [Fact]
    public void The_horizon_is_half_open_for_a_day()
    {
        var join = new Join(With(Cumulative));
        join.Add(Line.Impression("i", Noon));

        Assert.Equal(JoinOutcome.Joined, join.Add(new Line("click", "last", FirstMay + Day + (2 * Hour) - 1)));
        Assert.Equal(JoinOutcome.Late, join.Add(new Line("click", "late", FirstMay + Day + (2 * Hour))));
    }

    [Fact]
    public void The_horizon_is_half_open_for_a_duration()
    {
        var join = new Join(With(Cumulative with { Horizon = TimeSpan.FromHours(1) }));
        join.Add(Line.Impression("i", Noon));

        Assert.Equal(JoinOutcome.Joined, join.Add(new Line("click", "last", Noon + Hour - 1)));
        Assert.Equal(JoinOutcome.Late, join.Add(new Line("click", "late", Noon + Hour)));
    }

    [Fact]
    public void A_behaviour_at_the_impressions_own_time_counts_and_one_before_it_does_not()
    {
        var join = new Join(With(Cumulative));
        join.Add(Line.Impression("i", Noon));

        Assert.Equal(JoinOutcome.BeforeImpression, join.Add(new Line("click", "early", Noon - 1)));
        Assert.Equal(0u, join.All().Single().Labels);
        Assert.Equal(JoinOutcome.Joined, join.Add(new Line("click", "same", Noon)));
        Assert.Equal(1u, join.All().Single().Labels);
        Assert.Equal((2L, 1L), (join.Counters.Joined, join.Counters.BeforeImpression));
    }

    [Fact]
    public void The_time_of_a_sum_is_that_of_the_heartbeat_that_completes_it_also_when_they_come_out_of_order()
    {
        var join = new Join(With(Cumulative));
        join.Add(Line.Impression("i", Noon));

        join.Add(new Line("watch", "w3", Noon + 30, Value: 11));
        join.Add(new Line("watch", "w1", Noon + 10, Value: 10));
        join.Add(new Line("watch", "w2", Noon + 20, Value: 20));

        Join.Row row = join.All().Single();
        Assert.Equal((1u << Watch30) | (1u << Click), row.Labels);
        Assert.Equal($"{Noon + 20},{Noon + 20},{SampleDay.NoTime},{SampleDay.NoTime}", row.Times);
        Assert.Equal("20,20,NaN,NaN", row.Values);
    }

    [Fact]
    public void A_child_that_implies_nothing_keeps_its_1_beside_its_parents_0()
    {
        var join = new Join(With(Cumulative));
        join.Add(Line.Impression("i", Noon));

        join.Add(new Line("gift", "g", Noon + 1, Value: 3));

        Assert.Equal(1u << Gift, join.All().Single().Labels);
    }

    [Fact]
    public void A_child_implies_all_its_ancestors_and_one_event_may_make_two_labels()
    {
        var join = new Join(With(Cumulative));
        join.Add(Line.Impression("i", Noon));

        join.Add(new Line("gift", "g", Noon + 1, Value: 20));

        Assert.Equal(0b1111u, join.All().Single().Labels);
    }

    [Fact]
    public void A_repeat_makes_no_second_sample_also_on_a_later_day()
    {
        var join = new Join(With(Cumulative));
        join.Add(Line.Impression("i", Noon));

        Assert.Equal(JoinOutcome.Repeat, join.Add(Line.Impression("again", Noon + Day)));

        Join.Row row = Assert.Single(join.All());
        Assert.Equal((Noon, 1), (row.ShownAt, row.Repeats));
    }

    [Fact]
    public void An_earlier_impression_that_comes_later_gives_its_time_day_and_features()
    {
        var join = new Join(With(Cumulative));
        join.Add(Line.Impression("second", FirstMay + Day + 5));

        Assert.Equal(JoinOutcome.Repeat, join.Add(Line.Impression("first", FirstMay + Day - 5)));

        Join.Row row = Assert.Single(join.All());
        Assert.Equal(("first", FirstMay + Day - 5, 1), (row.Snapshot, row.ShownAt, row.Repeats));
        Assert.Equal(1, join.Table.Day(new DateOnly(2022, 5, 1)).Length);
    }

    [Fact]
    public void Of_two_impressions_at_one_time_the_lesser_event_id_is_first()
    {
        var join = new Join(With(Cumulative));

        join.Add(Line.Impression("b", Noon));
        join.Add(Line.Impression("a", Noon));
        join.Add(Line.Impression("c", Noon));

        Assert.Equal("a", join.All().Single().Snapshot);
    }

    [Fact]
    public void A_duplicate_counts_once_and_one_that_differs_is_conflicting()
    {
        var join = new Join(With(Cumulative));
        join.Add(Line.Impression("i", Noon));
        join.Add(new Line("gift", "g", Noon + 1, Value: 3));

        Assert.Equal(JoinOutcome.Duplicate, join.Add(new Line("gift", "g", Noon + 1, Value: 3)));
        Assert.Equal(0, join.Counters.Conflicting);
        Assert.Equal(JoinOutcome.Duplicate, join.Add(new Line("gift", "g", Noon + 1, Value: 30)));
        Assert.Equal(JoinOutcome.DuplicateImpression, join.Add(Line.Impression("i", Noon + 1)));
        Assert.Equal(2, join.Counters.Conflicting);
        Assert.Equal(1u << Gift, join.All().Single().Labels);
    }

    [Fact]
    public void A_redelivery_differs_in_arrival_and_order_of_features_and_does_not_conflict()
    {
        Scene scene = With(Cumulative);
        var joiner = new Joiner(scene);
        BehaviourEvent e = Line.Impression("i", Noon).ToEvent();
        e.AddFeature("a", 1);
        e.AddFeature("b", "x");
        joiner.Add(e, 0);
        BehaviourEvent again = Line.Impression("i", Noon).ToEvent();
        again.AddFeature("b", "x");
        again.AddFeature("a", 1);
        again.ReceivedAt = Noon + Hour;

        joiner.Add(again, -1);

        Assert.Equal((1L, 0L), (joiner.Counters.DuplicateImpressions, joiner.Counters.Conflicting));
    }

    [Fact]
    public void An_orphan_is_pending_then_unmatched_and_joined_if_its_impression_comes_after_all()
    {
        var join = new Join(With(Cumulative with { Lateness = TimeSpan.Zero }));

        Assert.Equal(JoinOutcome.Pending, join.Add(new Line("click", "c", Noon)));
        join.Add(new Line("song_play", "s", Noon + (10 * Minute)));
        Assert.Equal((1L, 0L), (join.Counters.Pending, join.Counters.Unmatched));
        join.Add(new Line("song_play", "t", Noon + (10 * Minute) + 1));
        Assert.Equal((0L, 1L, 1L), (join.Counters.Pending, join.Counters.Unmatched, join.Counters.NoImpression));
        join.Add(Line.Impression("i", Noon - 1));

        Assert.Equal((0L, 0L, 1L), (join.Counters.Pending, join.Counters.Unmatched, join.Counters.Joined));
        Assert.Equal(1u, join.All().Single().Labels);
        Assert.Equal(1, join.Counters.Of("click", BehaviourFate.Joined));
    }

    [Fact]
    public void What_the_scene_cannot_place_is_counted_by_kind()
    {
        var join = new Join(With(Cumulative));

        Assert.Equal(JoinOutcome.NoRequest, join.Add(new Line("click", "c", Noon, Request: "")));
        Assert.Equal(JoinOutcome.Malformed, join.Add(Line.Impression("i", Noon, request: "")));
        Assert.Equal(JoinOutcome.Malformed, join.Add(new Line("click", "", Noon)));
        Assert.Equal(JoinOutcome.Malformed, join.Add(new Line("click", "x", long.MaxValue)));
        Assert.Equal(JoinOutcome.Malformed, join.Add(new Line("item_status", "x", Noon, Item: "")));
        Assert.Equal(JoinOutcome.Malformed, join.Add(new Line("song_play", "x", Noon, User: "")));
        Assert.Equal(JoinOutcome.UnknownType, join.Add(new Line("wave", "w", Noon)));
        Assert.Equal(JoinOutcome.Signal, join.Add(new Line("profile", "p", Noon, Item: "", Request: "")));
        join.Joiner.Counters.AddMalformed(2);

        Assert.Equal((10L, 7L, 1L, 1L, 1L), (join.Counters.Read, join.Counters.Malformed, join.Counters.UnknownType, join.Counters.Signals, join.Counters.Behaviours));
    }

    [Fact]
    public void An_impression_without_its_row_is_refused_and_changes_nothing()
    {
        var joiner = new Joiner(With(Cumulative));

        Assert.Throws<ArgumentOutOfRangeException>(() => joiner.Add(Line.Impression("i", Noon).ToEvent(), -1));

        Assert.Equal((0L, long.MinValue), (joiner.Counters.Read, joiner.Watermark));
    }

    [Fact]
    public void An_identity_exactly_min_age_old_is_old_enough_and_a_younger_positive_is_held_back()
    {
        var join = new Join(With(Cumulative));
        join.Add(Line.Impression("old", Noon));
        join.Add(Line.Impression("young", Noon + 1, item: "h2"));
        join.Add(new Line("click", "c", Noon + 2, Item: "h2"));

        join.Cut(Noon + (10 * Minute));
        Assert.Equal(["old"], join.Rows().Select(row => row.Snapshot));
        join.Cut(Noon + (10 * Minute) + 1);
        Assert.Equal(["old", "young"], join.Rows().Select(row => row.Snapshot));
    }

    [Fact]
    public void Yesterdays_labels_follow_until_their_horizon_is_over_and_then_stay()
    {
        var join = new Join(With(Cumulative));
        join.Add(Line.Impression("i", FirstMay + (23 * Hour)));
        join.Cut(FirstMay + Day + (30 * Minute));
        join.Add(new Line("click", "c", FirstMay + Day + Hour + (59 * Minute)));

        join.Cut(FirstMay + Day + (2 * Hour));
        Assert.Equal(1u, join.Rows().Single().Labels);
        join.Add(new Line("gift", "g", FirstMay + Day + Hour, Value: 5));
        join.Cut(FirstMay + Day + (3 * Hour));
        Assert.Equal(1u, join.Rows().Single().Labels);
        Assert.Equal(0b101u, join.All().Single().Labels);
    }

    [Fact]
    public void Without_grace_the_last_identities_of_a_day_still_come_out_once_they_are_old_enough()
    {
        var join = new Join(With(Cumulative with { Grace = TimeSpan.Zero }));
        join.Add(Line.Impression("i", FirstMay + Day - 1));

        join.Cut(FirstMay + Day);
        Assert.Empty(join.Rows());
        join.Cut(FirstMay + Day + (15 * Minute));
        Assert.Single(join.Rows());
    }

    [Fact]
    public void Cutoffs_do_not_go_back()
    {
        var join = new Join(With(Cumulative));
        join.Cut(Noon);

        Assert.Throws<ArgumentOutOfRangeException>(() => join.Cut(Noon - 1));
    }

    [Fact]
    public void Arrival_is_received_at_where_it_is_said_and_else_the_clock_once_it_has_begun()
    {
        var joiner = new Joiner(With(Cumulative));
        joiner.Add(Line.Impression("i", Noon).ToEvent(), 0);
        Assert.False(joiner.ArrivedAfter(new Line("click", "d", Noon + 1).ToEvent(), Noon));
        for (int i = 1; i < 8; i++)
        {
            joiner.Add(new Line("click", $"c{i}", Noon).ToEvent(), -1);
        }

        BehaviourEvent delayed = new Line("click", "c", Noon - 1).ToEvent();
        delayed.ReceivedAt = Noon + 1;

        Assert.True(joiner.ArrivedAfter(delayed, Noon));
        Assert.False(joiner.ArrivedAfter(delayed, Noon + 1));
        Assert.True(joiner.ArrivedAfter(new Line("click", "d", Noon + 1).ToEvent(), Noon));
        Assert.False(joiner.ArrivedAfter(new Line("click", "d", Noon + Day).ToEvent(), Noon));
    }

    [Fact]
    public void State_is_dropped_after_retention_and_what_still_comes_is_expired()
    {
        var join = new Join(With(new AttributionOptions { RetainDays = 1, Lateness = TimeSpan.Zero, MaxSkew = TimeSpan.FromDays(9) }));
        join.Add(Line.Impression("i", Noon));
        long over = FirstMay + (2 * Day) + (2 * Hour);

        join.Add(new Line("song_play", "s1", over));
        Assert.Equal(JoinOutcome.Late, join.Add(new Line("click", "c1", over)));
        join.Add(new Line("song_play", "s2", over + 1));
        Assert.Equal(JoinOutcome.Expired, join.Add(new Line("click", "c2", Noon + 1)));
        join.Cut(over + 1);
        Assert.Equal(JoinOutcome.Expired, join.Add(new Line("click", "c3", Noon + 2)));
        Assert.Equal(JoinOutcome.ExpiredImpression, join.Add(Line.Impression("i2", Noon + 3)));

        Assert.Equal((2L, 2L, 1L, 1L), (join.Counters.Expired, join.Counters.Unmatched, join.Counters.ExpiredImpressions, join.Counters.Late));
        Assert.Single(join.Rows());
    }

    [Fact]
    public void A_day_of_25_hours_is_one_day()
    {
        TimeZoneInfo berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var join = new Join(With(Cumulative, berlin));
        long midnight = new DateTimeOffset(2022, 10, 30, 0, 0, 0, TimeSpan.FromHours(2)).ToUnixTimeMilliseconds();

        join.Add(Line.Impression("first", midnight));
        join.Add(Line.Impression("last", midnight + (25 * Hour) - 1, item: "h2"));
        join.Add(Line.Impression("next", midnight + (25 * Hour), item: "h3"));

        Assert.Equal(3, join.All().Count);
        Assert.Equal(2, join.Table.Day(new DateOnly(2022, 10, 30)).Length);
        Assert.Equal(JoinOutcome.Joined, join.Add(new Line("click", "c", midnight + (27 * Hour) - 1)));
        Assert.Equal(JoinOutcome.Late, join.Add(new Line("click", "d", midnight + (27 * Hour))));
    }

    [Fact]
    public void A_page_looked_at_ten_thousand_times_is_one_sample()
    {
        var join = new Join(With(Cumulative));
        for (int i = 0; i < 10_000; i++)
        {
            join.Add(Line.Impression($"i{i:00000}", Noon + i));
        }

        Join.Row row = Assert.Single(join.All());
        Assert.Equal((9_999, 9_999L, 1L), (row.Repeats, join.Counters.Repeats, join.Counters.Identities));
    }
}
