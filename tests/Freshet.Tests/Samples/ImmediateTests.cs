using Freshet.Core.Samples;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>Mode <c>immediate</c>, by hand.</summary>
public sealed class ImmediateTests
{
    private const long Noon = FirstMay + (12 * Hour);

    private readonly Join _join = new(With(Immediate with { Lateness = TimeSpan.Zero }));

    [Fact]
    public void A_negative_leaves_at_once_and_a_click_leaves_again_when_it_comes()
    {
        _join.Add(Line.Impression("i", Noon));
        _join.Add(new Line("click", "c", Noon + (3 * Minute)));

        Assert.Equal(
            [(EmissionKind.Observed, 0u, uint.MaxValue, 0L, Noon), (EmissionKind.Positive, 1u, 1u, 3 * Minute, Noon + (3 * Minute))],
            Rows());
    }

    [Fact]
    public void A_second_click_and_a_second_impression_leave_nothing()
    {
        _join.Add(Line.Impression("i", Noon));
        _join.Add(new Line("click", "c", Noon + Minute));
        _join.Add(Line.Impression("again", Noon + (2 * Minute)));
        _join.Add(new Line("click", "d", Noon + (3 * Minute)));

        Assert.Equal((2, 1L, 1L), (Rows().Count, _join.Counters.Observed, _join.Counters.Positives));
    }

    [Fact]
    public void A_watch_that_implies_the_click_teaches_both_and_the_click_that_follows_nothing()
    {
        _join.Add(Line.Impression("i", Noon));
        _join.Add(new Line("watch", "w", Noon + Minute, Value: 20));
        _join.Add(new Line("watch", "v", Noon + (2 * Minute), Value: 10));
        _join.Add(new Line("click", "c", Noon + (3 * Minute)));

        Assert.Equal((EmissionKind.Positive, 0b11u, 0b11u, 2 * Minute, Noon + (2 * Minute)), Rows()[^1]);
        Assert.Equal(2, Rows().Count);
    }

    [Fact]
    public void A_click_that_came_before_its_impression_arrived_leaves_right_after_it()
    {
        _join.Add(new Line("click", "c", Noon + Minute));
        Assert.Empty(Rows());
        _join.Add(Line.Impression("i", Noon));

        // The impression arrived a minute late: that is what the click took to come.
        Assert.Equal([EmissionKind.Observed, EmissionKind.Positive], Rows().Select(row => row.Kind));
        Assert.Equal(Minute, Rows()[1].Elapsed);
    }

    [Fact]
    public void With_a_wait_the_first_row_has_the_labels_found_by_then()
    {
        var join = new Join(With(Immediate with { Lateness = TimeSpan.Zero, EmitAfter = TimeSpan.FromMinutes(15) }));
        join.Add(Line.Impression("i", Noon));
        join.Add(new Line("click", "c", Noon + Minute));
        join.Add(new Line("watch", "w", Noon + (40 * Minute), Value: 90));

        Assert.Equal(
            [(EmissionKind.Observed, 1u, uint.MaxValue, 40 * Minute), (EmissionKind.Positive, 0b11u, 0b10u, 40 * Minute)],
            Emission.All(join).Select(row => (row.Kind, row.Labels, row.Taught, row.Elapsed)));
    }

    [Fact]
    public void A_label_past_its_window_on_a_page_that_was_looked_at_again_is_a_contradiction_repaired()
    {
        _join.Add(Line.Impression("i", Noon));
        _join.Add(Line.Impression("again", Noon + Hour));
        _join.Add(new Line("click", "c", Noon + Hour + Minute));

        Assert.Equal((1L, 1L), (_join.Counters.Contradictions, _join.Counters.LabelChanges));
    }

    [Fact]
    public void Ten_thousand_heartbeats_that_sum_to_nothing_leave_nothing()
    {
        _join.Add(Line.Impression("i", Noon));
        for (int i = 0; i < 10_000; i++)
        {
            _join.Add(new Line("watch", $"w{i}", Noon + i, Value: 0));
        }

        Assert.Single(Rows());
    }

    private List<(EmissionKind Kind, uint Labels, uint Taught, long Elapsed, long LeftAt)> Rows() =>
        [.. Emission.All(_join).Select(row => (row.Kind, row.Labels, row.Taught, row.Elapsed, row.LeftAt))];
}
