using Freshet.Samples;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>Targets of regressions, by hand: seconds of watch (sum), largest_gift (max, absent: zero), last_tip (last; tips are no behaviour).</summary>
public sealed class TargetTests
{
    private const long Noon = FirstMay + (12 * Hour);

    [Fact]
    public void A_sample_without_events_has_no_target_unless_the_regression_counts_that_as_zero()
    {
        var join = new Join(With(Cumulative));

        join.Add(Line.Impression("i", Noon));

        Assert.Equal("NaN,0,NaN", join.All().Single().Targets);
    }

    [Fact]
    public void Sum_max_and_last_go_by_event_time_also_when_events_arrive_out_of_order()
    {
        Join join = new Join(With(Cumulative)).AddAll(
        [
            Line.Impression("i", Noon),
            new Line("watch", "w2", Noon + 20, Value: 2.5),
            new Line("watch", "w1", Noon + 10, Value: 1),
            new Line("gift", "g1", Noon + 10, Value: 7),
            new Line("gift", "g2", Noon + 20, Value: 5),
            new Line("tip", "t2", Noon + 20, Value: 3),
            new Line("tip", "t1", Noon + 10, Value: 4),
        ]);

        Assert.Equal("3.5,7,3", join.All().Single().Targets);
    }

    [Fact]
    public void An_event_without_a_value_is_none()
    {
        Join join = new Join(With(Cumulative)).AddAll(
        [
            Line.Impression("i", Noon),
            new Line("watch", "w1", Noon + 1),
            new Line("tip", "t1", Noon + 1, Value: 4),
            new Line("tip", "t2", Noon + 2),
        ]);

        Assert.Equal("NaN,0,4", join.All().Single().Targets);
    }

    [Fact]
    public void Events_before_the_impression_or_after_the_horizon_add_nothing()
    {
        Join join = new Join(With(Cumulative with { Horizon = TimeSpan.FromHours(1) })).AddAll(
        [
            Line.Impression("i", Noon),
            new Line("watch", "early", Noon - 1, Value: 100),
            new Line("watch", "first", Noon, Value: 10),
            new Line("watch", "last", Noon + Hour - 1, Value: 1),
            new Line("watch", "late", Noon + Hour, Value: 1000),
        ]);

        Assert.Equal("11,0,NaN", join.All().Single().Targets);
    }

    [Fact]
    public void A_sum_that_no_float_can_hold_is_no_target()
    {
        Join join = new Join(With(Cumulative)).AddAll(
            [Line.Impression("i", Noon), new Line("watch", "w", Noon + 1, Value: 1e300), new Line("gift", "g", Noon + 1, Value: 1e300)]);

        Assert.Equal("NaN,NaN,NaN", join.All().Single().Targets);
    }

    [Fact]
    public void A_type_that_only_a_regression_names_is_joined_and_accounted_like_a_behaviour()
    {
        var join = new Join(With(Cumulative));

        Assert.Equal(JoinOutcome.Pending, join.Add(new Line("tip", "t", Noon + 5, Value: 2)));
        join.Add(Line.Impression("i", Noon));

        Assert.Equal(JoinOutcome.Duplicate, join.Add(new Line("tip", "t", Noon + 5, Value: 2)));
        Assert.Equal(JoinOutcome.Late, join.Add(new Line("tip", "u", Noon + (2 * Day), Value: 9)));
        Assert.Equal("NaN,0,2", join.All().Single().Targets);
        JoinCounters counters = join.Counters;
        Assert.Equal((3, 1, 1, 1), (counters.Behaviours, counters.Joined, counters.Duplicate, counters.Late));
        Assert.Equal(1, counters.Of("tip", BehaviourFate.Late));
    }

    /// <summary>The longest window is 20 minutes (watch), that of gifts 15; tips are no behaviour and have the longest.</summary>
    [Fact]
    public void In_window_mode_events_count_as_long_as_the_longest_window_of_their_type_or_of_all()
    {
        Join join = new Join(With(Window with { Lateness = TimeSpan.Zero })).AddAll(
        [
            Line.Impression("i", Noon),
            new Line("gift", "g1", Noon + (15 * Minute), Value: 5),
            new Line("gift", "g2", Noon + (15 * Minute) + 1, Value: 50),
            new Line("tip", "t1", Noon + (20 * Minute), Value: 3),
            new Line("song_play", "tick", Noon + (20 * Minute) + 1),
            new Line("tip", "t2", Noon + (20 * Minute) + 1, Value: 30),
        ]);

        Assert.Equal("NaN,5,3", join.All().Single().Targets);
        Assert.Equal(2, join.Counters.Late);
    }
}
