using Freshet.Samples;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>The negative cache, by hand. The longest window is 20 minutes, that of clicks 10.</summary>
public sealed class WindowTests
{
    private const long Noon = FirstMay + (12 * Hour);

    private readonly Join _join = new(With(Window with { Lateness = TimeSpan.Zero }));

    [Fact]
    public void A_sample_leaves_once_the_watermark_is_later_than_the_longest_window()
    {
        _join.Add(Line.Impression("i", Noon));
        _join.Add(new Line("click", "c", Noon + (10 * Minute)));

        Tick(Noon + (20 * Minute));
        Assert.Empty(_join.All());
        Tick(Noon + (20 * Minute) + 1);
        Tick(Noon + Hour);

        Join.Row row = Assert.Single(_join.All());
        Assert.Equal((1u, Noon), (row.Labels, row.ShownAt));
    }

    [Fact]
    public void An_event_past_its_own_window_is_late_though_the_entry_still_waits()
    {
        _join.Add(Line.Impression("i", Noon));

        Assert.Equal(JoinOutcome.Joined, _join.Add(new Line("click", "c", Noon + (10 * Minute))));
        Assert.Equal(JoinOutcome.Late, _join.Add(new Line("click", "d", Noon + (10 * Minute) + 1)));
        Assert.Equal(JoinOutcome.Joined, _join.Add(new Line("watch", "w", Noon + (20 * Minute), Value: 40)));
    }

    [Fact]
    public void A_type_of_two_behaviours_is_late_past_the_longer_window_and_labels_only_what_it_is_in_time_for()
    {
        _join.Add(Line.Impression("i", Noon));

        _join.Add(new Line("gift", "g", Noon + (15 * Minute), Value: 20));
        Assert.Equal(JoinOutcome.Late, _join.Add(new Line("gift", "h", Noon + (15 * Minute) + 1, Value: 20)));
        Tick(Noon + Hour);

        // big_gift is in time and implies its ancestors, gift among them.
        Assert.Equal(0b1111u, _join.All().Single().Labels);
    }

    [Fact]
    public void A_repeat_after_the_entry_has_left_opens_a_second_sample_of_the_same_snapshot()
    {
        _join.Add(Line.Impression("i", Noon));
        _join.Add(Line.Impression("soon", Noon + Minute));
        Assert.Equal(JoinOutcome.Repeat, _join.Add(Line.Impression("again", Noon + Hour)));
        _join.Add(new Line("click", "c", Noon + Hour + 1));
        Tick(Noon + (2 * Hour));

        List<Join.Row> rows = _join.All();
        Assert.Equal(["i", "i"], rows.Select(row => row.Snapshot));
        Assert.Equal([Noon, Noon + Hour], rows.Select(row => row.ShownAt));
        Assert.Equal([0u, 1u], rows.Select(row => row.Labels));
    }

    [Fact]
    public void A_behaviour_in_time_that_arrives_when_the_sample_has_left_is_joined_and_changes_nothing()
    {
        _join.Add(Line.Impression("i", Noon));
        Tick(Noon + Hour);

        Assert.Equal(JoinOutcome.AfterLeaving, _join.Add(new Line("click", "c", Noon + 1)));
        Assert.Equal(0u, _join.All().Single().Labels);
        Assert.Equal((1L, 1L, 0.0), (_join.Counters.Joined, _join.Counters.AfterLeaving, _join.Counters.Coverage));
    }

    [Fact]
    public void Open_entries_stay_at_the_end_unless_they_are_drained()
    {
        _join.Add(Line.Impression("i", Noon));
        _join.Add(new Line("click", "c", Noon + 1));

        Assert.Empty(_join.All());
        _join.Joiner.Drain(_join.Table);
        Assert.Equal(1u, Assert.Single(_join.Rows()).Labels);
    }

    private void Tick(long at) => _join.Add(new Line("song_play", $"s{at}", at));
}
