using Freshet.Core.Events;
using Freshet.Core.Scenes;
using Freshet.Core.Snapshots;
using Freshet.Samples.Checkpoints;
using Freshet.Samples.Files;
using Freshet.Tests.Storage;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

public sealed class JoinRunTests : IDisposable
{
    private const int Events = 20_000;
    private static readonly Scene s_scene = With(Cumulative);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_finished_run_changes_nothing_when_it_is_started_again()
    {
        Run("done", new JoinRunOptions());
        SortedDictionary<string, byte[]> before = FilesOf("done", "");

        JoinRun again = Run("done", new JoinRunOptions());

        Assert.Equal(Events, again.EventCount);
        Assert.Equal(Events, again.Counters.Read);
        Assert.Equal(before, FilesOf("done", ""));
    }

    [Fact]
    public void A_run_over_its_memory_budget_stops_with_both_values_and_goes_on_with_more()
    {
        Run("whole", new JoinRunOptions());

        CheckpointException refused = Assert.Throws<CheckpointException>(() => Run("small", new JoinRunOptions { MemoryBudget = 3 << 20 }));
        JoinRun again = Run("small", new JoinRunOptions());

        Assert.Contains("may have 3 MiB", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Events, again.Counters.Read);
        Assert.Equal(FilesOf("whole", "samples"), FilesOf("small", "samples"));
    }

    [Fact]
    public void Nothing_after_its_end_counts()
    {
        JoinRun run = Run("until", new JoinRunOptions { Until = FirstMay + Hour });

        Assert.Equal(3_601, run.EventCount);
        Assert.Equal(FirstMay + Hour, new SampleFolder(_folder.File("until/samples"), s_scene).Cutoffs[^1]);
    }

    [Fact]
    public void Input_that_is_shorter_than_the_checkpoint_is_refused()
    {
        Assert.Throws<CheckpointException>(() => Run("short", new JoinRunOptions { MemoryBudget = 3 << 20 }));

        CheckpointException refused = Assert.Throws<CheckpointException>(() => Run("short", new JoinRunOptions(), events: 10));

        Assert.Contains("The input has 10 events", refused.Message, StringComparison.Ordinal);
    }

    private JoinRun Run(string name, JoinRunOptions options, int events = Events)
    {
        var run = new JoinRun(
            s_scene, options, new SampleFolder(_folder.File($"{name}/samples"), s_scene), new CheckpointFolder(_folder.File($"{name}/checkpoints"), s_scene),
            new NoFeatures());
        using var source = new SecondByLine(events);
        run.Run(new SourceInput(source));
        return run;
    }

    private SortedDictionary<string, byte[]> FilesOf(string name, string below)
    {
        string root = Path.Combine(_folder.File(name), below);
        return new SortedDictionary<string, byte[]>(
            Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(root, path), File.ReadAllBytes),
            StringComparer.Ordinal);
    }

    /// <summary>One event a second: an impression, then what follows it.</summary>
    private sealed class SecondByLine(int count) : IEventSource
    {
        private int _read;

        public long Malformed => 0;

        public bool TryRead(BehaviourEvent destination)
        {
            if (_read == count)
            {
                return false;
            }

            string type = (_read % 4) switch { 0 => "impression", 1 => "click", 2 => "watch", _ => "gift" };
            new Line(type, $"e{_read}", FirstMay + (_read * 1_000L), $"u{_read / 4 % 50}", $"r{_read / 4}", "h1", _read % 50).CopyTo(destination);
            _read++;
            return true;
        }

        public void Dispose()
        {
            // It holds nothing.
        }
    }

    private sealed class NoFeatures : IJoinFeatures
    {
        public void Snapshot(BehaviourEvent impression, SnapshotColumns destination)
        {
            destination.BeginRow();
            destination.EndRow(0, 0);
        }

        public void Apply(BehaviourEvent e)
        {
            // Without features nothing counts.
        }

        public void Save(Stream destination)
        {
            // There is no state.
        }

        public void Restore(Stream source)
        {
            // There is no state.
        }
    }
}
