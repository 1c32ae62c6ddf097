using Freshet.Core.Checkpoints;
using Freshet.Core.Events;
using Freshet.Experiments;
using Freshet.Experiments.Reports;
using Freshet.Scenes;
using Freshet.Storage.Checkpoints;
using Freshet.Tests.Experiments;
using Freshet.Tests.Storage;

namespace Freshet.Tests.Pipeline.Checkpoints;

/// <summary>A replay that is stopped anywhere, and started again, ends with the report and the versions of one that never was.</summary>
public sealed class PipelineCheckpointTests : IDisposable
{
    private const int Seed = 20_261_130;
    private static readonly Scene s_scene = SmallPlatform.Scene;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("frozen,daily,2h", Restart.Base, AttributionMode.Cumulative)]
    [InlineData("daily,4h", Restart.Previous, AttributionMode.Cumulative)]
    [InlineData("daily,streaming", Restart.Base, AttributionMode.Cumulative)]
    [InlineData("daily,4h", Restart.Base, AttributionMode.Window)]
    [InlineData("daily,4h,streaming", Restart.Base, AttributionMode.Immediate)]
    public void Stopped_at_random_events_it_ends_as_undisturbed(string arms, Restart restart, AttributionMode mode)
    {
        Scene scene = s_scene with
        {
            Training = s_scene.Training with { Restart = restart, BaseStart = restart == Restart.Previous ? BaseStart.Previous : BaseStart.Scratch },
            Attribution = s_scene.Attribution with { Mode = mode },
        };
        var random = new Random(Seed);
        ReplayReport expected = Replay.Run(scene, new SmallPlatform.Source(SharedReplay.Log), Options("undisturbed", arms), TimeProvider.System);

        ReplayReport? actual = null;
        int stops = 0;
        while (actual is null)
        {
            int at = stops == 4 ? int.MaxValue : (SharedReplay.Log.Count * (stops + 3) / 8) + random.Next(SharedReplay.Log.Count / 8);
            try
            {
                actual = Replay.Run(scene, new StoppingSource(SharedReplay.Log, at), Stopped("stopped", arms), new CountingTime());
            }
            catch (StopException)
            {
                stops++;
            }
        }

        Assert.Equal(4, stops);
        Assert.Equal(Timeless(expected), Timeless(actual));
        RequireSameFiles();
        Assert.Empty(Directory.Exists(_folder.File("checkpoints")) ? Directory.GetFiles(_folder.File("checkpoints")) : []);
    }

    [Fact]
    public void A_damaged_checkpoint_costs_the_way_from_the_one_before()
    {
        ReplayReport expected = Replay.Run(s_scene, new SmallPlatform.Source(SharedReplay.Log), Options("undisturbed", "daily,4h"), TimeProvider.System);
        Assert.Throws<StopException>(
            () => Replay.Run(s_scene, new StoppingSource(SharedReplay.Log, 9_000), Stopped("stopped", "daily,4h"), new CountingTime()));
        string newest = Directory.GetFiles(_folder.File("checkpoints"), "*.checkpoint").Order(StringComparer.Ordinal).Last();
        byte[] bytes = File.ReadAllBytes(newest);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(newest, bytes);

        List<string> told = [];
        ReplayReport actual = Replay.Run(
            s_scene, new SmallPlatform.Source(SharedReplay.Log), Stopped("stopped", "daily,4h") with { Warn = told.Add }, new CountingTime());

        Assert.Contains(told, line => line.Contains("cannot be used", StringComparison.Ordinal));
        Assert.Equal(Timeless(expected), Timeless(actual));
        RequireSameFiles();
    }

    [Fact]
    public void A_checkpoint_of_other_arms_is_refused_with_both()
    {
        Assert.Throws<StopException>(
            () => Replay.Run(s_scene, new StoppingSource(SharedReplay.Log, 4_000), Stopped("stopped", "daily,4h"), new CountingTime()));

        CheckpointException refused = Assert.Throws<CheckpointException>(
            () => Replay.Run(s_scene, new SmallPlatform.Source(SharedReplay.Log), Stopped("stopped", "daily,2h"), new CountingTime()));

        Assert.Contains("arms daily,4h", refused.Message, StringComparison.Ordinal);
        Assert.Contains("This run is another: arms daily,2h", refused.Message, StringComparison.Ordinal);
    }

    private LoopOptions Options(string name, string arms) => SmallPlatform.Loop(_folder.File(name), arms);

    /// <summary>A checkpoint about every 300 looks at the clock.</summary>
    private LoopOptions Stopped(string name, string arms) => Options(name, arms) with
    {
        Checkpoints = new CheckpointFolder(_folder.File("checkpoints")),
        CheckpointEvery = TimeSpan.FromSeconds(300),
    };

    private void RequireSameFiles()
    {
        SortedDictionary<string, byte[]> expected = FilesOf("undisturbed"), actual = FilesOf("stopped");
        Assert.Equal(expected.Keys, actual.Keys);
        foreach ((string file, byte[] bytes) in expected)
        {
            int same = bytes.AsSpan().CommonPrefixLength(actual[file]);
            Assert.True(bytes.Length == same && actual[file].Length == same, $"{file}: {bytes.Length} and {actual[file].Length} bytes, the first {same} are equal.");
        }
    }

    private SortedDictionary<string, byte[]> FilesOf(string name) => new(
        Directory.EnumerateFiles(_folder.File(name), "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(_folder.File(name), path), File.ReadAllBytes),
        StringComparer.Ordinal);

    /// <summary>Without what the clock measures, and the work that was done twice: a day's increment is learnt again once after a restart.</summary>
    private static string Timeless(ReplayReport report) => System.Text.Encoding.UTF8.GetString(ReportJson.Write(report with
    {
        WallSeconds = 0,
        PeakMemoryBytes = 0,
        Arms = [.. report.Arms.Select(arm => arm with { TrainSamplesPerSecond = 0, TrainedSamples = 0 })],
    }));

    private sealed class StopException : Exception;

    /// <summary>A second passes at each look.</summary>
    private sealed class CountingTime : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => ++_looks;
    }

    /// <summary>Fails in place of an event, as a process that is killed there.</summary>
    private sealed class StoppingSource(IEnumerable<BehaviourEvent> log, int after) : IEventSource
    {
        private readonly SmallPlatform.Source _source = new(log);
        private int _read;

        public long Malformed => 0;

        public bool TryRead(BehaviourEvent destination) => _read++ == after ? throw new StopException() : _source.TryRead(destination);

        public void Dispose() => _source.Dispose();
    }
}
