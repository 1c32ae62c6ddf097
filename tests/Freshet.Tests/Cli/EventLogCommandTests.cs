using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Freshet.Core.Events;
using Freshet.Storage.EventLog;
using Freshet.Tests.Samples;
using Freshet.Tests.Storage;

namespace Freshet.Tests.Cli;

/// <summary><c>--log</c>, <c>--export-log</c> and <c>inspect log</c> as a user meets them.</summary>
public sealed class EventLogCommandTests : IDisposable
{
    private const string SceneText = "scene: s\nbehaviours: { click: { from: click, window: 5m } }\nslots: { item: { source: item } }\n";
    private readonly TemporaryFolder _folder = new();

    private string Log => _folder.File("log");

    private string Scene => _folder.File("scene.yaml");

    public EventLogCommandTests() => File.WriteAllText(Scene, SceneText);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("join --scene {0} --events a --log b --out o", "--events and --log were both named; give one: --events FILE, or --log DIR. Nothing was started.")]
    [InlineData("replay --scene {0} --events a --log b",
        "--events and --log were both named; give one: --dataset kuairand --data DIR, --events FILE --scene FILE, or --log DIR --scene FILE. Nothing was started.")]
    [InlineData("join --scene {0} --log b --malformed c --out o",
        "--malformed keeps lines of --events; payloads of --log stay in the log, and 'freshet inspect log b' names their places. Leave out --malformed. Nothing was started.")]
    public void Wrong_use_says_what_to_do_and_exits_with_2(string arguments, string message)
    {
        (int code, _, string error) = FreshetProcess.Run(string.Format(null, arguments, Scene));

        Assert.Equal(message, error.Trim());
        Assert.Equal(2, code);
    }

    [Theory]
    [InlineData("join --scene {0} --log {1} --out {2}")]
    [InlineData("replay --scene {0} --log {1}")]
    [InlineData("inspect log {1}")]
    public void A_folder_without_a_log_exits_with_1(string arguments)
    {
        (int code, _, string error) = FreshetProcess.Run(string.Format(null, arguments, Scene, Log, _folder.File("out")));

        Assert.StartsWith($"Event log '{Log}' cannot be opened: it has no file 'meta'", error, StringComparison.Ordinal);
        Assert.Equal(1, code);
        Assert.False(Directory.Exists(Log));
    }

    /// <summary>Every event of the files has its own arrival, so both inputs have one order.</summary>
    [Fact]
    public void A_join_and_a_replay_of_a_log_give_what_the_events_in_a_file_give()
    {
        string events = WriteEvents(2_000);
        string replay = $"replay --scene {Scene} --arms daily";

        (int made, _, _) = FreshetProcess.Run($"{replay} --events {events} --export-log {Log} --report {_folder.File("a.json")}");
        (int read, _, _) = FreshetProcess.Run($"{replay} --log {Log} --report {_folder.File("b.json")}");
        (int fromFile, _, _) = FreshetProcess.Run($"join --scene {Scene} --events {events} --out {_folder.File("a")}");
        (int fromLog, _, _) = FreshetProcess.Run($"join --scene {Scene} --log {Log} --out {_folder.File("b")}");

        Assert.Equal((0, 0, 0, 0), (made, read, fromFile, fromLog));
        Assert.Equal(Timeless("a.json"), Timeless("b.json"));
        Assert.Equal(FilesOf("a"), FilesOf("b"));
    }

    [Fact]
    public void A_log_that_is_there_is_not_written_over()
    {
        MakeLog(["x"]);

        (int code, _, string error) = FreshetProcess.Run($"demo --export-log {Log}");

        Assert.Equal(
            $"Event log '{Log}' cannot be made: an event log is there already. Nothing was changed. Name a folder that is missing or empty.", error.Trim());
        Assert.Equal(1, code);
    }

    [Fact]
    public void Inspect_shows_what_is_in_a_log_and_writes_it_as_json()
    {
        MakeLog(["""{"type":"click","event_id":"c","user_id":"u","item_id":"i","at":1650813342000}""", "no event"]);

        (int code, string output, string error) = FreshetProcess.Run($"inspect log {Log} --report {_folder.File("r.json")}");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"Event log '{Log}': 1 partitions, 2 records, 86 bytes.", output, StringComparison.Ordinal);
        Assert.Contains("2022-04-24 15:15:42", output, StringComparison.Ordinal);
        Assert.Contains("1 payloads are not events. Readers count them and continue. The first 1:\n  partition 0, offset ", output, StringComparison.Ordinal);
        Assert.Contains("Nothing is damaged", output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(_folder.File("r.json")));
        JoinCommandTests.AssertDocumented(json.RootElement, "## The report of `inspect log`");
        JsonElement partition = json.RootElement.GetProperty("partitions")[0];
        Assert.Equal((1650813342000, 1), (partition.GetProperty("first_at").GetInt64(), partition.GetProperty("malformed").GetInt32()));
    }

    [Fact]
    public void Inspect_of_a_damaged_log_names_the_damage_and_exits_with_1()
    {
        MakeLog([.. Enumerable.Range(0, 200).Select(i => $"payload {i}")]);
        using (FileStream file = File.OpenWrite(Path.Combine(Log, "partition-0000", "log.0")))
        {
            file.Position = 1_000;
            file.Write([0x55, 0x55, 0x55]);
        }

        (int code, string output, _) = FreshetProcess.Run($"inspect log {Log} --report {_folder.File("r.json")}");

        Assert.Equal(1, code);
        Assert.Contains("Damaged:\n  Event log partition 0 is damaged at offset ", output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(_folder.File("r.json")));
        JoinCommandTests.AssertDocumented(json.RootElement, "## The report of `inspect log`");
        Assert.Equal("unreadable", json.RootElement.GetProperty("damage")[0].GetProperty("kind").GetString());
    }

    private void MakeLog(string[] payloads)
    {
        using FasterEventLog log = FasterEventLog.Open(Log, new EventLogOptions { PartitionCount = 1 });
        foreach (string payload in payloads)
        {
            log.Append(0, Encoding.UTF8.GetBytes(payload));
        }

        log.Commit();
    }

    private string WriteEvents(int count)
    {
        string path = _folder.File("events.ndjson");
        using var sink = new NdjsonEventSink(path);
        using var drawn = new DrawnEvents(7, count);
        var e = new BehaviourEvent();
        for (int i = 0; drawn.TryRead(e); i++)
        {
            e.ReceivedAt = 1_651_363_200_000 + (i * (2 * 86_400_000L / count));
            sink.Write(e);
        }

        sink.Complete();
        return path;
    }

    /// <summary>The lines of a report that do not measure the run.</summary>
    private string[] Timeless(string report) => [.. File.ReadAllLines(_folder.File(report)).Where(line =>
        !line.Contains("wall_seconds", StringComparison.Ordinal) && !line.Contains("peak_memory_bytes", StringComparison.Ordinal)
        && !line.Contains("per_second", StringComparison.Ordinal))];

    private SortedDictionary<string, string> FilesOf(string name) => new(
        Directory.EnumerateFiles(_folder.File(name), "*", SearchOption.AllDirectories).ToDictionary(
            path => Path.GetRelativePath(_folder.File(name), path), path => Convert.ToHexString(XxHash3.Hash(File.ReadAllBytes(path)))));
}
