using System.Diagnostics;
using System.Globalization;
using System.IO.Hashing;
using Freshet.Core.Scenes;
using Freshet.Tests.Architecture;
using Freshet.Tests.Storage;

namespace Freshet.Tests.Samples;

/// <summary>Kill -9 at random points of a running join: the sample files end as if nothing had happened.</summary>
public sealed class JoinKillTests : IDisposable
{
    private const int Seed = 20_261_124;
    private const int Events = 8_000;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>FRESHET_KILLS says how often in each mode (4 unless told; docs/joining.md has the full proof). A join that ends is compared, and the next begins anew.</summary>
    [Theory]
    [InlineData(AttributionMode.Cumulative)]
    [InlineData(AttributionMode.Window)]
    [InlineData(AttributionMode.Immediate)]
    public void A_killed_join_leaves_the_files_of_an_undisturbed_one(AttributionMode mode)
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("FRESHET_KILLS") ?? "4", CultureInfo.InvariantCulture);
        var random = new Random(Seed);
        Assert.True(RunOrKill("undisturbed", mode, int.MaxValue, random));
        SortedDictionary<string, string> expected = FilesOf("undisturbed");
        int killed = 0;
        for (int round = 0; killed < kills; round++)
        {
            string name = $"killed{round}";
            while (!RunOrKill(name, mode, killed < kills ? random.Next(6) : int.MaxValue, random))
            {
                killed++;
            }

            Assert.Equal(expected, FilesOf(name));
        }

        TestContext.Current.SendDiagnosticMessage("{0}: {1} kills, {2} files", mode, killed, expected.Count);
    }

    /// <summary>Runs the join until it has printed so many lines and a random moment more; whether it came to its end.</summary>
    private bool RunOrKill(string name, AttributionMode mode, int lines, Random random)
    {
        string program = Path.Combine(Repository.Root, "artifacts", "bin", "Freshet.JoinWriter", Configuration(), "Freshet.JoinWriter.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[program, _folder.File(name), mode.ToString(), "7", Events.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string? line;
        while ((line = process.StandardOutput.ReadLine()) is not null and not "done" && lines-- > 0)
        {
        }

        if (line is not null and not "done")
        {
            Thread.Sleep(random.Next(40)); // a random moment of real work, not a wait for something
            process.Kill();
            process.WaitForExit();
            return false;
        }

        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"seed {Seed}, {name}: the join ended with {process.ExitCode}: {errors}");
        Assert.True(errors.Length == 0, $"seed {Seed}, {name}: {errors}");
        return true;
    }

    private SortedDictionary<string, string> FilesOf(string name)
    {
        string samples = Path.Combine(_folder.File(name), "samples");
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(samples, "*", SearchOption.AllDirectories))
        {
            files[Path.GetRelativePath(samples, path)] = Convert.ToHexString(XxHash3.Hash(File.ReadAllBytes(path)));
        }

        return files;
    }

    private static string Configuration() =>
        AppContext.BaseDirectory.Contains("debug", StringComparison.OrdinalIgnoreCase) ? "debug" : "release";
}
