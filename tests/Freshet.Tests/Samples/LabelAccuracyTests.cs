using Freshet.Samples;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>Window and cumulative labels side by side, judged by the final truth.</summary>
public sealed class LabelAccuracyTests
{
    private const long Noon = FirstMay + (12 * Hour);
    private const long Cutoff = Noon + (6 * Hour);
    private readonly Join _window = new(With(Window with { MaxSkew = TimeSpan.FromDays(9) }));
    private readonly Join _cumulative = new(With(Cumulative with { MaxSkew = TimeSpan.FromDays(9) }));
    private readonly List<Line> _log = [];

    [Fact]
    public void An_old_page_clicked_hours_later_is_wrong_in_window_mode_and_right_in_cumulative()
    {
        Add(Line.Impression("i", Noon));
        Add(new Line("click", "c", Noon + (3 * Hour)));

        Assert.Equal((new LabelAccuracy(1, 0), new LabelAccuracy(1, 1)), Judge());
    }

    [Fact]
    public void A_repeat_that_contradicts_is_wrong_in_window_mode_also_without_a_label()
    {
        Add(Line.Impression("i", Noon));
        Add(Line.Impression("j", Noon, item: "h2"));
        Add(new Line("click", "c", Noon + 1, Item: "h2"));
        Add(Line.Impression("again", Noon + (2 * Hour)));

        // Two rows of h1 make it count in window mode; in cumulative mode it has one row and no label, and does not.
        Assert.Equal((new LabelAccuracy(2, 1), new LabelAccuracy(1, 1)), Judge());
    }

    [Fact]
    public void What_happens_after_the_cutoff_is_no_truth_at_the_cutoff()
    {
        Add(Line.Impression("i", Noon));
        TrainingRows rows = Rows(_cumulative);

        Add(new Line("click", "c", Cutoff + 1));

        Assert.Equal(new LabelAccuracy(0, 0), rows.CompareWith(Truth()));
        Assert.Equal(1, rows.CompareWith(Truth()).Share);
    }

    [Fact]
    public void A_label_that_arrived_too_late_for_the_cutoff_counts_against_it()
    {
        Add(Line.Impression("i", Noon));
        TrainingRows rows = Rows(_cumulative);

        Add(new Line("click", "c", Noon + 1));

        Assert.Equal(new LabelAccuracy(1, 0), rows.CompareWith(Truth()));
    }

    [Fact]
    public void Identities_before_the_first_judged_day_are_left_out()
    {
        Add(Line.Impression("i", Noon));
        Add(new Line("click", "c", Noon + 1));

        Assert.Equal(new LabelAccuracy(1, 1), Rows(_cumulative).CompareWith(Truth(), new DateOnly(2022, 5, 1)));
        Assert.Equal(new LabelAccuracy(0, 0), Rows(_cumulative).CompareWith(Truth(), new DateOnly(2022, 5, 2)));
    }

    [Fact]
    public void Coverage_is_the_share_of_distinct_behaviours_that_reached_their_sample()
    {
        Add(Line.Impression("i", Noon));
        Add(new Line("click", "c", Noon + 1));
        Add(new Line("click", "c", Noon + 1));
        Add(new Line("click", "organic", Noon + 1, Request: ""));

        Assert.Equal(0.5, _cumulative.Counters.Coverage);
    }

    private void Add(Line line)
    {
        _log.Add(line);
        _window.Add(line);
        _cumulative.Add(line);
    }

    private (LabelAccuracy Window, LabelAccuracy Cumulative) Judge()
    {
        Add(new Line("song_play", "tick", Cutoff));
        return (Rows(_window).CompareWith(Truth()), Rows(_cumulative).CompareWith(Truth()));
    }

    private static TrainingRows Rows(Join join)
    {
        join.Cut(Cutoff);
        return new TrainingRows(Cutoff, join.Table);
    }

    private SampleTable Truth()
    {
        Join all = new Join(With(Cumulative)).AddAll(_log);
        all.All();
        return all.Table;
    }
}
