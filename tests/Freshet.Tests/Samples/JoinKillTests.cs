using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Hashing;
using Freshet.Core.Events;
using Freshet.Tests.Cli;
using Freshet.Tests.Storage;

namespace Freshet.Tests.Samples;

/// <summary>Kill -9 at random points of a running <c>freshet join</c>: the files end as if nothing had happened.</summary>
public sealed class JoinKillTests : IDisposable
{
    private const int Seed = 20_261_124;
    private const int Events = 12_000;

    private const string Scene = """
        scene: killed
        behaviours:
          click: { from: click, window: 10m }
          watch30: { from: watch, when: "sum(value) >= 30", after: click, window: 1h }
          gift: { from: gift, after: click, window: 1h }
        regressions:
          tips: { of: tip }
        slots:
          item: { source: item }
        dense:
          day: { source: time.day_fraction }
        history: { length: 5, behaviours: [click], item_slot: item }
        attribution: { retain_days: 0 }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>FRESHET_KILLS says how often in each mode (4 unless told; docs/joining.md has the full proof). A join that ends is compared, and the next begins anew.</summary>
    [Theory]
    [InlineData("cumulative", "--every 4h")]
    [InlineData("window", "--every 4h")]
    [InlineData("immediate", "--every 4h")]
    [InlineData("cumulative", "")]
    public void A_killed_join_leaves_the_files_of_an_undisturbed_one(string mode, string cutoffs)
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("FRESHET_KILLS") ?? "4", CultureInfo.InvariantCulture);
        var random = new Random(Seed);
        File.WriteAllText(_folder.File("scene.yaml"), Scene);
        WriteEvents(_folder.File("events.ndjson"));
        string arguments = $"join --scene {_folder.File("scene.yaml")} --events {_folder.File("events.ndjson")} --mode {mode} {cutoffs} --checkpoint 500 --out ";

        long start = Stopwatch.GetTimestamp();
        Assert.True(RunOrKill(arguments, "undisturbed", Timeout.InfiniteTimeSpan, out _));
        TimeSpan whole = Stopwatch.GetElapsedTime(start);
        SortedDictionary<string, string> expected = FilesOf("undisturbed");
        int killed = 0, resumed = 0;
        for (int round = 0; killed < kills; round++)
        {
            bool ended = false;
            for (int attempt = 0; !ended; attempt++)
            {
                TimeSpan until = killed < kills ? whole * (random.NextDouble() * 1.1) : Timeout.InfiniteTimeSpan;
                ended = RunOrKill(arguments, $"killed{round}", until, out bool wentOn);
                killed += ended ? 0 : 1;
                resumed += wentOn ? 1 : 0;
            }

            SortedDictionary<string, string> actual = FilesOf($"killed{round}");
            string[] different = [.. expected.Keys.Union(actual.Keys).Where(file => expected.GetValueOrDefault(file) != actual.GetValueOrDefault(file))];
            Assert.True(different.Length == 0, $"seed {Seed}, round {round}, {killed} kills: not as undisturbed: {string.Join(", ", different.Take(8))}");
        }

        Assert.True(resumed > 0 || kills < 50, $"{kills} kills, and no join that ended had gone on from a checkpoint");
        TestContext.Current.SendDiagnosticMessage("{0} {1}: {2} kills, {3} runs ended that had gone on from a checkpoint, {4} files", mode, cutoffs, killed, resumed, expected.Count);
    }

    /// <summary>Whether the join came to its end before it was killed.</summary>
    private bool RunOrKill(string arguments, string name, TimeSpan until, out bool wentOn)
    {
        using Process process = FreshetProcess.Start(arguments + _folder.File(name));
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        bool ended = process.WaitForExit(until);
        if (!ended)
        {
            process.Kill();
            process.WaitForExit();
        }

        wentOn = error.Result.StartsWith("Went on from the checkpoint", StringComparison.Ordinal);
        Assert.True(!ended || (process.ExitCode == 0 && (wentOn || error.Result.Length == 0)), $"seed {Seed}, {name}: the join ended with {process.ExitCode}: {error.Result}");
        Assert.True(!ended || output.Result.Length > 0);
        return ended;
    }

    private SortedDictionary<string, string> FilesOf(string name)
    {
        string root = _folder.File(name);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            files[Path.GetRelativePath(root, path)] = Convert.ToHexString(XxHash3.Hash(File.ReadAllBytes(path)));
        }

        return files;
    }

    private static void WriteEvents(string path)
    {
        using var source = new DrawnEvents(7, Events);
        var lines = new ArrayBufferWriter<byte>();
        var e = new BehaviourEvent();
        while (source.TryRead(e))
        {
            EventJsonWriter.Write(e, lines);
        }

        File.WriteAllBytes(path, lines.WrittenSpan);
    }
}
