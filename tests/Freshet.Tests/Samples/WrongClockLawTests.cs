using CsCheck;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Features;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Tests.Core.Time;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>
/// Wrong lines, fewer than eight in a row, change nothing of the others: their samples, what became of them, and their features.
/// </summary>
/// <remarks>
/// What is said: the good lines follow one another by at most <c>max_skew</c>, the first eight within a minute. Lines of the far future
/// may stand anywhere, lines of the far past behind the first eight lines; where the log says received_at, both anywhere. They are of
/// users, requests and items of their own. Equal are the samples of all others in every mode, the fates of their behaviours, and their
/// snapshots but for rates, whose prior counts all impressions and behaviours of the scene.
/// </remarks>
public sealed class WrongClockLawTests
{
    private static readonly string[] s_types = ["impression", "impression", "click", "watch", "gift", "song_play"];

    private static readonly Gen<Line[]> s_good = Gen.Select(
        EventClockTests.Dense(40), Gen.Select(Gen.OneOfConst(s_types), Gen.Int[0, 2], Gen.Int[0, 3], Gen.Int[0, 1], Gen.Int[0, 40]).Array[40],
        (times, drawn) => drawn.Select((line, i) => new Line(
            line.Item1, $"e{i}", times[i], $"u{line.Item2}", $"r{line.Item3}", $"h{line.Item4}", line.Item5)).ToArray());

    private static readonly Gen<DrawnLogs> s_logs = Gen.Select(
        s_good, Gen.Int[0, 7].Array[41], Gen.Select(Gen.OneOfConst(s_types), Gen.Bool, Gen.Long[3 * Day, 20_000 * Day]).Array[300], Gen.Bool,
        (good, runs, wrong, saysArrival) => new DrawnLogs(good, With(good, runs, wrong, saysArrival), saysArrival));

    private static readonly Gen<long> s_anyTime = Gen.OneOf(
        Gen.Long[0, 2 * Day], Gen.Long[FirstMay, FirstMay + (3 * Minute)], Gen.Long[FirstMay, FirstMay + (3 * Day)], Gen.Long[0, 40_000 * Day]);

    private static readonly Gen<Line[]> s_anyTimes = Gen.Select(
        Gen.OneOfConst(s_types), s_anyTime, Gen.Int[0, 1], Gen.Int[0, 2], Gen.Int[0, 1], Gen.Int[0, 40], Gen.Int[0, 9], s_anyTime).Array[1, 60]
        .Select(drawn => drawn.Select((line, i) => new Line(
            line.Item1, $"e{i}", line.Item2, $"u{line.Item3}", $"r{line.Item4}", $"h{line.Item5}", line.Item6,
            line.Item7 == 0 ? line.Item8 : null)).ToArray());

    [Theory]
    [InlineData(AttributionMode.Cumulative)]
    [InlineData(AttributionMode.Window)]
    [InlineData(AttributionMode.Immediate)]
    public void Samples_and_fates_of_the_others_stay(AttributionMode mode) => s_logs.Sample(logs =>
    {
        Scene scene = TestScene.With(Cumulative with { Mode = mode });
        Join clean = new(scene, logs.SaysArrival), other = new(scene, logs.SaysArrival);
        foreach (Line line in Stamped(logs.Good, logs.SaysArrival))
        {
            _ = clean.Add(line);
        }

        foreach (Line line in logs.All)
        {
            _ = other.Add(line);
        }

        foreach (Line line in logs.Good)
        {
            Assert.Equal(clean.Joiner.FateOf(line.ToEvent()), other.Joiner.FateOf(line.ToEvent()));
        }

        Assert.Equal(clean.Joiner.Watermark, other.Joiner.Watermark);
        clean.Joiner.LetLeave();
        other.Joiner.LetLeave();
        Assert.Equal(clean.All(), [.. other.All().Where(row => row.Identity.User[0] == 'u')]);
    });

    [Fact]
    public void Snapshots_of_the_others_stay() => s_logs.Sample(logs =>
        Assert.Equal(Snapshots(Stamped(logs.Good, logs.SaysArrival)), Snapshots(logs.All)));

    /// <summary>The clock may go back while it has not begun, and jump by years: what was remembered by its old time is not lost while an event needs it.</summary>
    [Fact]
    public void Events_of_any_times_make_a_snapshot_each() => s_anyTimes.Sample(lines =>
        Assert.Equal(lines.Count(line => line.Type == "impression"), Snapshots(lines).Count));

    [Fact]
    public void Lines_of_the_past_among_the_first_change_no_cumulative_sample_of_the_others() => s_logs.Sample(logs =>
    {
        Scene scene = TestScene.With(Cumulative);
        Join clean = new(scene, logs.SaysArrival), other = new(scene, logs.SaysArrival);
        Line[] past = [.. Enumerable.Range(0, 7).Select(i => Line.Impression($"past{i}", i * Day, "w", "w", "w"))];

        _ = clean.AddAll(logs.Good);
        _ = other.AddAll([.. past, .. logs.Good]);

        Assert.Equal(clean.All(), [.. other.All().Where(row => row.Identity.User[0] == 'u')]);
    });

    /// <summary>Good lines with wrong ones between them.</summary>
    private static Line[] With(Line[] good, int[] runs, (string Type, bool IsAhead, long By)[] drawn, bool saysArrival)
    {
        var lines = new List<Line>();
        int wrong = 0;
        for (int i = 0; i <= good.Length; i++)
        {
            long arrived = good.Take(Math.Max(1, i)).Max(line => line.At);
            for (int run = runs[i]; run > 0; run--, wrong++)
            {
                (string type, bool isAhead, long by) = drawn[wrong];
                long at = isAhead || (i < 8 && !saysArrival) ? good.Max(line => line.At) + by : Math.Max(0, good[0].At - by);
                lines.Add(new Line(type, $"w{wrong}", at, $"w{wrong % 3}", $"w{wrong % 2}", $"w{wrong % 2}", 5, saysArrival ? arrived : null));
            }

            if (i < good.Length)
            {
                lines.Add(Stamped(good[..(i + 1)], saysArrival)[i]);
            }
        }

        return [.. lines];
    }

    private static Line[] Stamped(Line[] lines, bool saysArrival)
    {
        long latest = long.MinValue;
        return saysArrival ? [.. lines.Select(line => line with { ReceivedAt = latest = Math.Max(latest, line.At) })] : lines;
    }

    /// <summary>The snapshots of the good impressions, as texts.</summary>
    private static List<string> Snapshots(Line[] lines)
    {
        Scene rich = Features.Scenes.Rich();
        Scene scene = rich with { Dense = [.. rich.Dense.Where(dense => dense.Source.Kind != NumericKind.Rate)] };
        var joiner = new Joiner(scene);
        var stage = new FeatureStage(scene);
        var columns = new SnapshotColumns(stage.Schema);
        var texts = new List<string>();
        foreach (Line line in lines)
        {
            BehaviourEvent e = line.ToEvent();
            e.Set(EventText.Type, line.Type == "gift" ? "watch" : line.Type); // the scene has no gifts
            e.AddFeature("tag", $"t{line.At % 2}");
            e.AddFeature("song_id", $"s{line.At % 3}");
            EventTime time = joiner.TimeOf(e);
            if (line.Type == "impression" && line.User[0] == 'u')
            {
                columns.Clear();
                stage.Snapshot(e, time, columns);
                texts.Add(Features.StageDriver.Text(columns));
            }

            _ = joiner.Add(e, 0);
            Assert.Equal(time, joiner.Time);
            stage.Apply(e, time);
        }

        return texts;
    }

    private sealed record DrawnLogs(Line[] Good, Line[] All, bool SaysArrival);
}
