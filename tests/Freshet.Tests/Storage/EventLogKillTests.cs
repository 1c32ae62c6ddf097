using System.Diagnostics;
using System.Globalization;
using Freshet.Core.Ports;
using Freshet.LogWriter;
using Freshet.Storage.EventLog;
using Freshet.Tests.Architecture;

namespace Freshet.Tests.Storage;

/// <summary>Kill -9 at random points: every acknowledged payload is there once, in order, whole.</summary>
public sealed class EventLogKillTests : IDisposable
{
    private const int Seed = 20_260_101;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>FRESHET_KILLS says how often (8 unless told; docs/evaluation.md has the full proof). The log goes on from kill to kill.</summary>
    [Fact]
    public void A_killed_writer_loses_nothing_that_it_acknowledged()
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("FRESHET_KILLS") ?? "8", CultureInfo.InvariantCulture);
        var random = new Random(Seed);
        long[] found = [0, 0];
        for (int kill = 0; kill < kills; kill++)
        {
            long[] acknowledged = KillAWriter(random);
            for (int partition = 0; partition < found.Length; partition++)
            {
                long count = Count(kill, partition);
                Assert.True(
                    count >= acknowledged[partition] && acknowledged[partition] >= found[partition],
                    $"seed {Seed}, kill {kill}, partition {partition}: {found[partition]} before, {acknowledged[partition]} acknowledged, {count} found");
                found[partition] = count;
            }
        }

        TestContext.Current.SendDiagnosticMessage("{0} kills, {1} payloads found", kills, found.Sum());
    }

    /// <summary>Starts the writer, kills it some commits and a random moment later, and returns what it acknowledged last.</summary>
    private long[] KillAWriter(Random random)
    {
        string writer = Path.Combine(Repository.Root, "artifacts", "bin", "Freshet.LogWriter", Configuration(), "Freshet.LogWriter.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(writer);
        start.ArgumentList.Add(_folder.File("log"));
        start.ArgumentList.Add(random.Next().ToString(CultureInfo.InvariantCulture));
        using Process process = Process.Start(start)!;
        string? line = null;
        for (int commits = random.Next(1, 40); commits >= 0; commits--)
        {
            line = process.StandardOutput.ReadLine();
            if (line is null)
            {
                Assert.Fail($"seed {Seed}: the writer ended by itself: {process.StandardError.ReadToEnd()}");
            }
        }

        Thread.SpinWait(random.Next(200_000));
        process.Kill();
        string rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        // What it printed before the kill counts too; a last line without its end does not.
        string[] lines = rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. (lines.Length == 0 ? line! : lines[^1]).Split(' ').Select(count => long.Parse(count, CultureInfo.InvariantCulture))];
    }

    /// <summary>How many payloads a partition has, each checked: the numbers run without gap or repeat, no byte is wrong.</summary>
    private long Count(int kill, int partition)
    {
        using FasterEventLog log = FasterEventLog.Open(_folder.File("log"), new EventLogOptions { PartitionCount = 2 });
        using IEventLogReader reader = log.OpenReader(partition, log.BeginOffset(partition));
        byte[] expected = new byte[NumberedPayload.MaxLength];
        var batch = new EventLogBatch();
        long count = 0;
        while (reader.TryRead(batch))
        {
            for (int i = 0; i < batch.Count; i++, count++)
            {
                Assert.True(
                    NumberedPayload.Write((2 * count) + partition, expected).SequenceEqual(batch.Payload(i)),
                    $"seed {Seed}, kill {kill}: payload {count} of partition {partition} is not what was appended");
            }
        }

        return count;
    }

    private static string Configuration() =>
        AppContext.BaseDirectory.Contains("debug", StringComparison.OrdinalIgnoreCase) ? "debug" : "release";
}
