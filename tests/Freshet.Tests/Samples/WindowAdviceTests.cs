using Freshet.Samples.Delays;
using Freshet.Scenes;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

public sealed class WindowAdviceTests
{
    private const long Noon = FirstMay + (12 * Hour);

    [Fact]
    public void A_stream_without_labels_gets_no_advice()
    {
        WindowAdvice advice = Advise(1, _ => -1);

        Assert.Null(advice.AdvisedMode);
        Assert.Equal("No label has come yet, so there is nothing to advise.", advice.Reason);
        Assert.Null(advice.Behaviours[Click].Coverage);
    }

    [Fact]
    public void Quick_labels_speak_for_a_window_and_slow_ones_for_immediate_rows()
    {
        Assert.Equal("window", Advise(100, i => i * 1_000L).AdvisedMode);
        WindowAdvice slow = Advise(100, i => i * Minute);

        Assert.Equal("immediate", slow.AdvisedMode);
        LabelDelay click = slow.Behaviours[Click];
        Assert.Equal((100, 600.0, 660.0), (click.Labels, click.WindowSeconds, click.StalenessSeconds));
        Assert.InRange(click.Window95Seconds!.Value, 94 * 60 * 0.99, 94 * 60 * 1.01);
        Assert.InRange(click.Staleness95Seconds!.Value - click.Window95Seconds.Value, 59.99, 60.01);
        Assert.Equal(0.11, click.Coverage!.Value, 6); // 0 to 10 minutes of 0 to 99
    }

    [Fact]
    public void Pages_that_are_looked_at_again_speak_for_re_attribution()
    {
        var join = new Join(With(Cumulative));
        join.Add(Line.Impression("i", Noon));
        join.Add(Line.Impression("again", Noon + Hour));
        join.Add(new Line("click", "c", Noon + Hour));

        WindowAdvice advice = WindowAdvice.Of(With(Cumulative), join.Joiner);

        Assert.Equal(("cumulative", 0.5, 1L), (advice.AdvisedMode, advice.RepeatRate!.Value, advice.Contradictions));
        Assert.StartsWith("50.0 % of the impressions show an old page again", advice.Reason, StringComparison.Ordinal);
    }

    /// <summary>Impressions one after the other, each clicked after its delay; a negative delay is no click.</summary>
    private static WindowAdvice Advise(int impressions, Func<int, long> delay)
    {
        Scene scene = With(Cumulative);
        var join = new Join(scene);
        var lines = new List<Line>();
        for (int i = 0; i < impressions; i++)
        {
            lines.Add(Line.Impression($"i{i}", Noon + (i * 1_000L), request: $"r{i}"));
            if (delay(i) >= 0)
            {
                lines.Add(new Line("click", $"c{i}", Noon + (i * 1_000L) + delay(i), Request: $"r{i}"));
            }
        }

        return WindowAdvice.Of(scene, join.AddAll(lines.OrderBy(line => line.At)).Joiner);
    }
}
