using Freshet.Core.Checkpoints;
using Freshet.Core.Events;
using Freshet.Core.Ports;
using Freshet.Pipeline.Joining;
using Freshet.Samples.Files;
using Freshet.Scenes;
using Freshet.Storage.Checkpoints;
using Freshet.Tests.Samples;
using Freshet.Tests.Storage;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Pipeline.Joining;

public sealed class JoinRunTests : IDisposable
{
    private const int Events = 20_000;
    private static readonly Scene s_scene = With(Cumulative);
    private static readonly TimeSpan s_every = TimeSpan.FromMinutes(15);
    private static readonly JoinRunOptions s_small = new() { Every = s_every, CheckpointEvery = TimeSpan.FromSeconds(8), Time = new StepTime(TimeSpan.FromSeconds(1)), MemoryBudget = 3 << 20 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_finished_run_changes_nothing_when_it_is_started_again()
    {
        Run("done", new JoinRunOptions { Every = s_every });
        SortedDictionary<string, byte[]> before = FilesOf("done", "");

        JoinRun again = Run("done", new JoinRunOptions { Every = s_every });

        Assert.Equal(Events, again.EventCount);
        Assert.Equal(Events, again.Counters.Read);
        Assert.Equal(before, FilesOf("done", ""));
    }

    [Fact]
    public void A_run_over_its_memory_budget_stops_with_both_values_and_goes_on_with_more()
    {
        Run("whole", new JoinRunOptions { Every = s_every });

        CheckpointException refused = Assert.Throws<CheckpointException>(() => Run("small", s_small));
        JoinRun again = Run("small", new JoinRunOptions { Every = s_every });

        Assert.Contains("may have 3 MiB", refused.Message, StringComparison.Ordinal);
        Assert.True(again.ResumedAfter > 0);
        Assert.Equal(Events, again.Counters.Read);
        Assert.Equal(FilesOf("whole", "samples"), FilesOf("small", "samples"));
    }

    [Fact]
    public void Nothing_after_its_end_counts()
    {
        JoinRun run = Run("until", new JoinRunOptions { Every = s_every, Cutoff = FirstMay + Hour });

        Assert.Equal((3_601, Events - 3_601), (run.Counters.Read, run.AfterCutoff));
        Assert.Equal(FirstMay + Hour, new SampleFolder(_folder.File("until/samples"), s_scene).Cutoffs[^1]);
    }

    [Fact]
    public void Input_that_is_shorter_than_the_checkpoint_is_refused()
    {
        Assert.Throws<CheckpointException>(() => Run("short", s_small));

        CheckpointException refused = Assert.Throws<CheckpointException>(() => Run("short", new JoinRunOptions { Every = s_every }, events: 10));

        Assert.Contains("The input has 10 events", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Input_that_began_otherwise_is_refused_with_both_hashes()
    {
        Assert.Throws<CheckpointException>(() => Run("other", s_small));

        CheckpointException refused = Assert.Throws<CheckpointException>(() => Run("other", s_small with { MemoryBudget = long.MaxValue }, first: 1));

        Assert.Contains("are not those that were joined before the checkpoint (hash ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_cutoffs_between_which_nothing_arrived_the_last_is_written()
    {
        JoinRun run = Run("gap", new JoinRunOptions { Every = s_every }, events: 1_000, first: 0, gap: (500, 365 * Day));

        long before = (FirstMay + 500_000L + (365 * Day) - 1) / (15 * Minute) * (15 * Minute);
        Assert.Equal(
            [before, before + (15 * Minute), run.LastCutoff!.Value],
            new SampleFolder(_folder.File("gap/samples"), s_scene).Cutoffs);
    }

    [Fact]
    public void Another_join_than_the_one_that_was_stopped_is_refused_with_both()
    {
        Assert.Throws<CheckpointException>(() => Run("job", s_small));

        CheckpointException refused = Assert.Throws<CheckpointException>(() => Run("job", new JoinRunOptions { Cutoff = FirstMay + Hour }));

        Assert.Contains("cutoff none, a cutoff every 00:15:00, not drained. This run is another: cutoff 1651366800000, a cutoff every end", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_join_that_was_asked_to_stop_goes_on_where_it_stopped()
    {
        Run("undisturbed", new JoinRunOptions { Every = s_every });
        using var stop = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => Run("stopped", new JoinRunOptions { Every = s_every }, events: Events, stop: (stop, 7_000)));
        JoinRun again = Run("stopped", new JoinRunOptions { Every = s_every });

        Assert.Equal(7_000, again.ResumedAfter);
        Assert.Equal(FilesOf("undisturbed", "samples"), FilesOf("stopped", "samples"));
        Assert.False(Directory.Exists(_folder.File("stopped/checkpoints")));
    }

    [Fact]
    public void Checkpoints_are_made_by_time_and_say_nothing_of_it_in_the_samples()
    {
        JoinRun plain = Run("plain", new JoinRunOptions());
        JoinRun often = Run("often", new JoinRunOptions { CheckpointEvery = TimeSpan.FromSeconds(30), Time = new StepTime(TimeSpan.FromSeconds(5)) });

        Assert.Equal(0, plain.Checkpoints.Count);
        Assert.InRange(often.Checkpoints.Count, 10, Events / 64 / 5);
        Assert.Equal(FilesOf("plain", "samples"), FilesOf("often", "samples"));
    }

    [Fact]
    public void A_full_checkpoint_comes_after_ten_minutes()
    {
        var store = new CountedCheckpoints(new CheckpointFolder(_folder.File("full/checkpoints")));
        var run = new JoinRun(
            s_scene, new JoinRunOptions { CheckpointEvery = TimeSpan.FromMinutes(1), Time = new StepTime(TimeSpan.FromSeconds(20)) },
            _folder.File("full/samples"), store);
        using var source = new SecondByLine(Events, 0, _ => SpinWait.SpinUntil(() => !run.Checkpoints.IsWriting), default);

        run.Run(source);

        Assert.InRange(store.Bases, 3, store.Written / 3);
        Assert.Equal(3, store.MostBases); // two chains, and the base that takes the place of the older one
    }

    private JoinRun Run(string name, JoinRunOptions options, int events = Events, int first = 0, (CancellationTokenSource Source, int After)? stop = null, (int After, long Length) gap = default)
    {
        var run = new JoinRun(
            s_scene, options, _folder.File($"{name}/samples"), new CheckpointFolder(_folder.File($"{name}/checkpoints")));
        using var source = new SecondByLine(events, first, read =>
        {
            // A checkpoint that is due waits for the one before: how many there are is not to depend on the disk.
            SpinWait.SpinUntil(() => !run.Checkpoints.IsWriting);
            if (read >= stop?.After)
            {
                stop.Value.Source.Cancel();
            }
        }, gap);
        run.Run(source, cancellation: stop?.Source.Token ?? default);
        return run;
    }

    private SortedDictionary<string, byte[]> FilesOf(string name, string below)
    {
        string root = Path.Combine(_folder.File(name), below);
        return new SortedDictionary<string, byte[]>(
            Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(root, path), File.ReadAllBytes),
            StringComparer.Ordinal);
    }

    /// <summary>Counts what is written.</summary>
    private sealed class CountedCheckpoints(ICheckpointStore store) : ICheckpointStore
    {
        public int Written { get; private set; }

        public int Bases { get; private set; }

        public int MostBases { get; private set; }

        public string Location => store.Location;

        public IReadOnlyList<string> List() => store.List();

        public long Write(string name, Action<Stream> content)
        {
            long size = store.Write(name, content);
            CheckpointName written = CheckpointName.In([name])[0];
            Written++;
            Bases += written.Sequence == written.Base ? 1 : 0;
            MostBases = Math.Max(MostBases, CheckpointName.In(List()).Select(kept => kept.Base).Distinct().Count());
            return size;
        }

        public Stream Open(string name) => store.Open(name);

        public void Remove(string name) => store.Remove(name);

        public void Clear() => store.Clear();
    }

    /// <summary>One event a second: an impression, then what follows it.</summary>
    private sealed class SecondByLine(int count, int first, Action<int> read, (int After, long Length) gap) : IEventSource
    {
        private int _read = first;

        public long Malformed => 0;

        public bool TryRead(BehaviourEvent destination)
        {
            if (_read == count)
            {
                return false;
            }

            string type = (_read % 4) switch { 0 => "impression", 1 => "click", 2 => "watch", _ => "gift" };
            new Line(type, $"e{_read}", FirstMay + (_read * 1_000L) + (gap.Length > 0 && _read >= gap.After ? gap.Length : 0), $"u{_read / 4 % 50}", $"r{_read / 4}", "h1", _read % 50).CopyTo(destination);
            read(++_read);
            return true;
        }

        public void Dispose()
        {
            // It holds nothing.
        }
    }
}
