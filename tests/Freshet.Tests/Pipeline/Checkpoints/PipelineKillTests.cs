using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Freshet.Core.Events;
using Freshet.Simulation;
using Freshet.Storage.EventLog;
using Freshet.Tests.Architecture;
using Freshet.Tests.Experiments;
using Freshet.Tests.Storage;

namespace Freshet.Tests.Pipeline.Checkpoints;

/// <summary>
/// Kill -9 of a whole pipeline that replays an event log: after each restart it continues from its checkpoint, and reports and versions end
/// as if nothing had happened.
/// </summary>
public sealed class PipelineKillTests : IDisposable
{
    private const int Seed = 20_261_130;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>FRESHET_KILLS says how often (4 unless told; docs/operations.md has the full proof). A run that ends is compared, and the next begins.</summary>
    [Fact]
    public void A_killed_replay_of_a_log_ends_as_an_undisturbed_one()
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("FRESHET_KILLS") ?? "4", CultureInfo.InvariantCulture);
        var random = new Random(Seed);
        File.WriteAllText(_folder.File("scene.yaml"), LivePlatform.SceneYaml);
        int events = WriteLog();

        Assert.True(Run("undisturbed", killAfter: 0, out _));
        SortedDictionary<string, string> expected = FilesOf("undisturbed");
        int killed = 0, resumed = 0;
        for (int round = 0; killed < kills; round++)
        {
            bool ended = false;
            for (int tries = 0; !ended; tries++)
            {
                Assert.InRange(tries, 0, kills + 1);
                long left = killed < kills ? random.Next(1, events / 2) : 0;
                ended = Run($"killed{round}", left, out bool hasResumed);
                killed += ended ? 0 : 1;
                resumed += hasResumed ? 1 : 0;
            }

            SortedDictionary<string, string> actual = FilesOf($"killed{round}");
            string[] different = [.. expected.Keys.Union(actual.Keys).Where(file => expected.GetValueOrDefault(file) != actual.GetValueOrDefault(file))];
            Assert.True(different.Length == 0, $"seed {Seed}, round {round}, {killed} kills: not as undisturbed: {string.Join(", ", different.Take(8))}");
        }

        Assert.True(resumed > 0, $"{kills} kills, and no run continued from a checkpoint");
        TestContext.Current.SendDiagnosticMessage("{0} kills, {1} runs that continued from a checkpoint, {2} files", killed, resumed, expected.Count);
    }

    private int WriteLog()
    {
        using var export = new EventLogExport(_folder.File("log"), new EventLogOptions { PartitionCount = 3 });
        foreach (BehaviourEvent e in SharedReplay.Log)
        {
            export.Write(e);
        }

        export.Complete();
        return SharedReplay.Log.Count;
    }

    /// <summary>Whether the run came to its end.</summary>
    private bool Run(string name, long killAfter, out bool hasResumed)
    {
        string program = Path.Combine(
            Repository.Root, "artifacts", "bin", "Freshet.LogWriter", AppContext.BaseDirectory.Contains("release", StringComparison.Ordinal) ? "release" : "debug",
            "Freshet.LogWriter.dll");
        Directory.CreateDirectory(_folder.File(name));
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true };
        string[] arguments =
        [
            program, "replay", _folder.File("log"), _folder.File("scene.yaml"), _folder.File(name), "daily,4h", "2026-03-02",
            killAfter.ToString(CultureInfo.InvariantCulture),
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        hasResumed = error.Contains("Resumed from the checkpoint", StringComparison.Ordinal);
        bool ended = process.ExitCode == 0;
        Assert.True(ended || process.ExitCode == 128 + 9, $"seed {Seed}, {name}: the run ended with {process.ExitCode}: {error}");
        return ended;
    }

    /// <summary>Everything below the work folder; of the report what no clock measures, and no work that was done twice.</summary>
    private SortedDictionary<string, string> FilesOf(string name)
    {
        string root = _folder.File(name);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            files[Path.GetRelativePath(root, path)] = Path.GetFileName(path) == "report.json"
                ? Timeless(path)
                : Convert.ToHexString(System.IO.Hashing.XxHash3.Hash(File.ReadAllBytes(path)));
        }

        return files;
    }

    private static string Timeless(string path)
    {
        JsonObject report = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
        report.Remove("wall_seconds");
        report.Remove("peak_memory_bytes");
        foreach (JsonNode? arm in report["arms"]!.AsArray())
        {
            arm!.AsObject().Remove("trained_samples");
            arm.AsObject().Remove("train_samples_per_second");
        }

        return report.ToJsonString();
    }
}
