using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Hashing;
using Freshet.Core.Events;
using Freshet.Tests.Cli;
using Freshet.Tests.Storage;

namespace Freshet.Tests.Samples;

/// <summary>
/// Kill -9 of a running <c>freshet join</c> when it has been given a random number of events: the files end as if nothing had happened.
/// </summary>
public sealed class JoinKillTests : IDisposable
{
    private const int Seed = 20_261_124;
    private const int Events = 12_000;

    /// <summary>A kill in this range is at the end: after a spin, while the join writes its last cutoff or after it.</summary>
    private const int AtTheEnd = Events / 10;

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

    private static readonly Lazy<(byte[] Lines, int[] Ends)> s_lines = new(DrawLines);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>FRESHET_KILLS says how often in each mode (4 unless told; docs/joining.md has the full proof). A join that ends is compared, and the next begins anew.</summary>
    [Theory]
    [InlineData("cumulative", "--every 4h")]
    [InlineData("cumulative", "--every 1h --keep 5")]
    [InlineData("window", "--every 4h")]
    [InlineData("immediate", "--every 4h")]
    [InlineData("cumulative", "")]
    public void A_killed_join_leaves_the_files_of_an_undisturbed_one(string mode, string cutoffs)
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("FRESHET_KILLS") ?? "4", CultureInfo.InvariantCulture);
        var random = new Random(Seed);
        File.WriteAllText(_folder.File("scene.yaml"), Scene);
        string arguments = $"join --scene {_folder.File("scene.yaml")} --events - --mode {mode} {cutoffs} --checkpoint 5ms --out ";

        Assert.True(RunOrKill(arguments, "undisturbed", killAfter: null, spin: 0, out _));
        SortedDictionary<string, string> expected = FilesOf("undisturbed");
        int killed = 0, resumed = 0;
        for (int round = 0; killed < kills; round++)
        {
            Assert.InRange(round, 0, (2 * kills) + 10);
            bool ended = false;
            while (!ended)
            {
                int? killAfter = killed < kills ? random.Next(1, Events + AtTheEnd) : null;
                ended = RunOrKill(arguments, $"killed{round}", killAfter, random.Next(5_000_000), out bool wentOn);
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
    private bool RunOrKill(string arguments, string name, int? killAfter, int spin, out bool wentOn)
    {
        using Process process = FreshetProcess.Start(arguments + _folder.File(name), redirectInput: true);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Give(process, Math.Min(killAfter ?? Events, Events));
        if (killAfter is null or >= Events)
        {
            process.StandardInput.Close();
        }

        if (killAfter >= Events)
        {
            Thread.SpinWait(spin);
        }

        bool ended = process.WaitForExit(killAfter is null ? Timeout.Infinite : 0);
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

    /// <summary>Gives the join that many events; what it has not read yet lies in the pipe, at most 64 KiB.</summary>
    private static void Give(Process process, int events)
    {
        (byte[] lines, int[] ends) = s_lines.Value;
        try
        {
            process.StandardInput.BaseStream.Write(lines, 0, ends[events]);
            process.StandardInput.BaseStream.Flush();
        }
        catch (IOException)
        {
            // The join ended by itself; its exit code is looked at.
        }
    }

    private static (byte[] Lines, int[] Ends) DrawLines()
    {
        using var source = new DrawnEvents(7, Events);
        var lines = new ArrayBufferWriter<byte>();
        var ends = new List<int> { 0 };
        var e = new BehaviourEvent();
        while (source.TryRead(e))
        {
            EventJsonWriter.Write(e, lines);
            ends.Add(lines.WrittenCount);
        }

        return (lines.WrittenSpan.ToArray(), [.. ends]);
    }
}
