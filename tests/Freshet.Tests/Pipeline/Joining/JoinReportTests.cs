using Freshet.Core.Events;
using Freshet.Pipeline.Joining;
using Freshet.Samples.Files;
using Freshet.Scenes;
using Freshet.Storage.Checkpoints;
using Freshet.Tests.Samples;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Pipeline.Joining;

/// <summary>From events to sample files.</summary>
public sealed class JoinReportTests : IDisposable
{
    private const long Noon = FirstMay + (12 * Hour);

    private static readonly Line[] s_log =
    [
        Line.Impression("i1", Noon),
        Line.Impression("i2", Noon + Minute, item: "h2"),
        new("click", "c1", Noon + (2 * Minute)),
        new("click", "c1", Noon + (2 * Minute)),
        Line.Impression("i3", Noon + (20 * Minute), item: "h2"),
        new("gift", "g1", Noon + (21 * Minute), Item: "h2", Value: 3),
        new("song_play", "s1", Noon + (59 * Minute)),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("freshet-join-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void All_events_give_all_days_and_the_report_counts_them()
    {
        JoinReport report = Run(Cumulative, new JoinRunOptions(), s_log);

        Assert.Equal((2L, true, Noon + (58 * Minute)), (report.Samples, report.Written, report.Manifest));
        Assert.Equal((7L, 3L, 3L, 1L), (report.Events.Read, report.Events.Impressions, report.Events.Behaviours, report.Events.Signals));
        Assert.Equal((2L, 1L, 1L), (report.Events.Joined, report.Events.Duplicate, report.Events.Repeats));
        Assert.Equal((1L, 1L), (report.Days[0].Positives["click"], report.Days[0].Positives["gift"]));
        Assert.Equal(["r1 h1 0 click", "r1 h2 1 gift"], Listed());
    }

    [Fact]
    public void Events_after_the_cutoffs_position_do_not_count()
    {
        JoinReport report = Run(Cumulative, new JoinRunOptions { Cutoff = Noon + (15 * Minute) }, s_log);

        Assert.Equal((4L, 3L), (report.Events.Read, report.Reasons.AfterCutoff));
        Assert.Equal(["r1 h1 0 click", "r1 h2 0 "], Listed());
    }

    [Fact]
    public void Where_the_log_says_when_events_arrived_the_order_of_lines_is_no_matter()
    {
        BehaviourEvent[] events = [.. s_log.Select(line => line.ToEvent())];
        foreach (BehaviourEvent e in events)
        {
            e.ReceivedAt = e.At + 1;
        }

        events[5].ReceivedAt = Noon + (15 * Minute); // the gift: its clock is ahead, and it arrived at the cutoff
        JoinReport report = Run(Cumulative, new JoinRunOptions { Cutoff = Noon + (15 * Minute) }, events);

        Assert.Equal((5L, 2L), (report.Events.Read, report.Reasons.AfterCutoff));
        Assert.Equal(["r1 h1 0 click", "r1 h2 0 gift"], Listed());
    }

    [Fact]
    public void Malformed_lines_after_the_cutoffs_position_do_not_count()
    {
        string file = Path.Combine(_folder, "events.ndjson");
        File.WriteAllLines(file, ["broken", Json("a", Noon), "broken", Json("b", Noon + (45 * Minute)), "broken"]);
        using var source = new NdjsonEventSource(file);

        JoinReport report = Run(Cumulative, new JoinRunOptions { Cutoff = Noon + (30 * Minute) }, source);

        Assert.Equal((2L, 3L, 1L), (report.Events.Malformed, report.Events.Read, report.Reasons.AfterCutoff));
    }

    [Fact]
    public void In_window_mode_what_still_waits_stays_unless_it_is_drained()
    {
        JoinReport waiting = Run(Window, new JoinRunOptions(), s_log);
        string[] left = Listed();
        Directory.Delete(Path.Combine(_folder, "test"), recursive: true);

        JoinReport drained = Run(Window, new JoinRunOptions { Drains = true }, s_log[..6]);

        // The repeat came 19 min after the first impression: the entry still waited, its window was 20 min.
        Assert.Equal((2L, 2L), (waiting.Samples, drained.Samples));
        Assert.Equal(["r1 h1 0 click", "r1 h2 1 "], left);
        Assert.Equal(1, drained.Events.Late);
    }

    [Fact]
    public void Joining_the_same_events_again_changes_nothing()
    {
        Run(Cumulative, new JoinRunOptions { Cutoff = Noon + Hour }, s_log);
        Dictionary<string, (DateTime, long)> before = Files();

        JoinReport again = Run(Cumulative, new JoinRunOptions { Cutoff = Noon + Hour }, s_log);

        Assert.False(again.Written);
        Assert.Equal(2, again.Samples);
        Assert.Equal(before, Files());
    }

    [Fact]
    public void A_cutoff_that_is_there_with_other_samples_is_refused()
    {
        Run(Cumulative, new JoinRunOptions { Cutoff = Noon + Hour }, s_log);
        Dictionary<string, (DateTime, long)> before = Files();

        SampleFileException refused = Assert.Throws<SampleFileException>(
            () => Run(Cumulative, new JoinRunOptions { Cutoff = Noon + Hour }, s_log[..2]));

        Assert.Equal(
            $"Folder '{_folder}' has cutoff {Noon + Hour} of scene 'test' with other samples of 2022-05-01 than this join, which has 2. The folder is as it was. Join these events into another folder.",
            refused.Message);
        Assert.Equal(before, Files());
    }

    [Fact]
    public void An_earlier_cutoff_than_the_folders_newest_is_refused_before_anything_is_read()
    {
        Run(Cumulative, new JoinRunOptions { Cutoff = Noon + Hour }, s_log);

        SampleFileException refused = Assert.Throws<SampleFileException>(
            () => NewRun(With(Cumulative), new JoinRunOptions { Cutoff = Noon }));

        Assert.Equal(
            $"Folder '{_folder}' has cutoff {Noon + Hour} of scene 'test', which is later than {Noon}, this join's. The folder is as it was. Join into another folder, or at a later cutoff.",
            refused.Message);
    }

    [Fact]
    public void No_events_write_nothing()
    {
        JoinReport report = Run(Cumulative, new JoinRunOptions(), Array.Empty<Line>());

        Assert.Equal((0L, false, (long?)null), (report.Samples, report.Written, report.Manifest));
        Assert.False(Directory.Exists(Path.Combine(_folder, "test")));
    }

    private static string Json(string id, long at) =>
        $$"""{"type":"impression","event_id":"{{id}}","user_id":"u","request_id":"{{id}}","item_id":"h","at":{{at}}}""";

    private JoinReport Run(AttributionOptions attribution, JoinRunOptions options, IEnumerable<Line> log) =>
        Run(attribution, options, log.Select(line => line.ToEvent()));

    private JoinReport Run(AttributionOptions attribution, JoinRunOptions options, IEnumerable<BehaviourEvent> log)
    {
        using var source = new ListedEvents(log);
        return Run(attribution, options, source);
    }

    private JoinReport Run(AttributionOptions attribution, JoinRunOptions options, IEventSource source)
    {
        JoinRun run = NewRun(With(attribution), options);
        run.Run(source);
        return JoinReport.Of(With(attribution), options, run, TimeSpan.Zero);
    }

    private JoinRun NewRun(Scene scene, JoinRunOptions options) =>
        new(scene, options, _folder, new CheckpointFolder(Path.Combine(_folder, scene.Name, "checkpoints")));

    private string[] Listed()
    {
        var listing = SampleListing.Open(_folder);
        return [.. listing.Read().Select(sample =>
            $"{sample.RequestId} {sample.ItemId} {sample.Repeats} {string.Join(',', listing.Behaviours.Where((_, i) => sample.Labels[i]))}")];
    }

    private Dictionary<string, (DateTime Written, long Length)> Files() => Directory
        .EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
        .ToDictionary(path => path, path => (File.GetLastWriteTimeUtc(path), new FileInfo(path).Length));
}
