using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Freshet.Tests.Architecture;

namespace Freshet.Tests.Cli;

/// <summary><c>freshet join</c> and <c>freshet inspect samples</c> as a user meets them.</summary>
public sealed class JoinCommandTests : IDisposable
{
    private static readonly string s_scene = Path.Combine(Repository.Root, "examples", "demo", "scene.yaml");

    private static readonly string[] s_log =
    [
        """{"type":"impression","event_id":"e1","request_id":"r1","user_id":"u1","item_id":"h1","at":1772388000000}""",
        """{"type":"click","event_id":"e2","request_id":"r1","user_id":"u1","item_id":"h1","at":1772388005000}""",
        """{"type":"watch","event_id":"e3","request_id":"r1","user_id":"u1","item_id":"h1","at":1772388060000,"value":"x"}""",
        """{"type":"watch","event_id":"e3","request_id":"r1","user_id":"u1","item_id":"h1","at":1772388060000,"value":45}""",
        "",
        "no event",
        """{"type":"impression","event_id":"e4","request_id":"r1","user_id":"u2","item_id":"h1","at":1772390000000}""",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("freshet-join-cli-").FullName;

    private string Out => Path.Combine(_folder, "out");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_log_becomes_samples_a_report_and_lines_kept_aside()
    {
        string report = Path.Combine(_folder, "report.json");
        (int code, string output, string error) = FreshetProcess.Run($"join --scene {s_scene} --events {Log()} --out {Out} --report {report}");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Events: 6 read = 2 impressions + 2 behaviours + 0 signals + 2 malformed + 0 of unknown type.", output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(report));
        AssertDocumented(json.RootElement, "## The report of `join`");
        string[] aside = File.ReadAllLines(Path.Combine(Out, "demo", "malformed.ndjson"));
        Assert.Equal(["value is no finite number", "not one JSON object"], aside.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("reason").GetString()));

        (_, string samples, _) = FreshetProcess.Run($"inspect samples {Out} --format ndjson");
        Assert.Equal(
            [
                """{"request_id":"r1","item_id":"h1","user_id":"u1","shown_at":1772388000000,"repeats":0,"labels":{"click":1,"watch30":1,"follow":0},"label_times":{"click":1772388005000,"watch30":1772388060000}}""",
                """{"request_id":"r1","item_id":"h1","user_id":"u2","shown_at":1772390000000,"repeats":0,"labels":{"click":0,"watch30":0,"follow":0},"label_times":{}}""",
            ],
            samples.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        (_, string table, _) = FreshetProcess.Run($"inspect samples {Out} --request r1 --item h1 --user u1");
        Assert.Contains("1 after 5 s", table, StringComparison.Ordinal);
        Assert.DoesNotContain("u2", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Malformed_lines_beyond_the_limit_of_the_scene_are_in_the_report_and_in_no_file()
    {
        string scene = Path.Combine(_folder, "scene.yaml"), report = Path.Combine(_folder, "report.json");
        File.WriteAllText(scene, File.ReadAllText(s_scene) + "\nlimits: { malformed: 0kB }\n");

        (int code, string output, string error) = FreshetProcess.Run($"join --scene {scene} --events {Log()} --out {Out} --report {report}");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("2 malformed lines were counted and not written", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Out, "demo", "malformed.ndjson")));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(report));
        JsonElement malformed = json.RootElement.GetProperty("malformed");
        Assert.Equal(2, malformed.GetProperty("not_written").GetInt64());
        Assert.Equal(
            [("not one JSON object", 1), ("value is no finite number", 1)],
            malformed.GetProperty("reasons").EnumerateArray().Select(reason => (reason.GetProperty("reason").GetString(), reason.GetProperty("lines").GetInt32())));
    }

    [Fact]
    public void The_story_of_a_sample_names_the_events_that_made_its_labels()
    {
        (int code, string output, string error) = FreshetProcess.Run($"inspect sample --scene {s_scene} --events {Log()} --user u1");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("click = 1: click e2, 5 s after it was shown.", output, StringComparison.Ordinal);
        Assert.Contains("watch30 = 1: watch e3, 60 s after it was shown.", output, StringComparison.Ordinal);
        Assert.Contains("follow = 0: no 'follow' came.", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--item h1", "2 identities have these ids: (--user u1 --request r1 --item h1), (--user u2 --request r1 --item h1). Give --user, --request and --item of one.")]
    [InlineData("--item h9", "No event has these ids, so there is no story. Check --user, --request and --item.")]
    [InlineData("", "No sample was named; give --request and --item, or --user with them. Nothing was read.")]
    public void A_story_of_no_one_sample_says_how_to_name_one(string ids, string message)
    {
        (int code, _, string error) = FreshetProcess.Run($"inspect sample --scene {s_scene} --events {Log()} {ids}");

        Assert.Equal(message, error.Trim());
        Assert.Equal(2, code);
    }

    [Fact]
    public void The_report_of_a_study_of_labels_has_the_fields_of_the_documentation()
    {
        string report = Path.Combine(_folder, "labels.json");
        (int code, string output, _) = FreshetProcess.Run($"bench labels --requests 100 --report {report}");

        Assert.Equal(0, code);
        Assert.Contains("cumulative, min_age 1 min", output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(report));
        AssertDocumented(json.RootElement, "## The report of `bench labels`");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Standard_input_gives_what_the_file_gives_plain_and_zipped(bool zipped)
    {
        using Process process = FreshetProcess.Start($"join --scene {s_scene} --events - --out {Out}", redirectInput: true);
        using (Stream input = zipped ? new GZipStream(process.StandardInput.BaseStream, CompressionMode.Compress) : process.StandardInput.BaseStream)
        {
            input.Write(File.ReadAllBytes(Log()));
        }

        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("all events: 2 samples.", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("join --scene {0} --events x --out o --mode fast", "--mode is 'fast'; use 'cumulative', 'window' or 'immediate'. Nothing was started.")]
    [InlineData("join --scene {0} --events x --out o --cutoff noon", "--cutoff is 'noon'; use '2022-05-01T12:00' (the scene's time zone), '2022-05-01T12:00+08:00', or ms since the epoch. Nothing was started.")]
    [InlineData("join --scene {0} --events x --out o --checkpoint 500", "--checkpoint is '500'; use a time > 0, such as '30s' or '500ms'. Nothing was started.")]
    [InlineData("join --scene {0} --events x --out o --keep 0", "--keep is 0; use a number of cutoffs from 1 to 100000. Nothing was started.")]
    [InlineData("join --scene {0} --events x --out o --keep-for week", "--keep-for is 'week'; use a time such as '7d'. Nothing was started.")]
    [InlineData("join --scene {0} --out o", "Nothing to read was named; give one: --events FILE, or --log DIR. Nothing was started.")]
    [InlineData("inspect samples o --format xml", "--format is 'xml'; use 'table' or 'ndjson'. Nothing was read.")]
    public void Wrong_use_says_what_to_do_and_exits_with_2(string arguments, string message)
    {
        (int code, _, string error) = FreshetProcess.Run(string.Format(null, arguments, s_scene));

        Assert.Equal(message, error.Trim());
        Assert.Equal(2, code);
    }

    [Fact]
    public void Immediate_mode_writes_a_first_row_and_a_row_for_each_label_that_came_later()
    {
        string report = Path.Combine(_folder, "report.json");
        (int code, string output, string error) = FreshetProcess.Run($"join --scene {s_scene} --events {Log()} --out {Out} --mode immediate --report {report}");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Rows: 2 first rows + 2 rows of labels that came later.", output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(report));
        Assert.Equal("immediate", json.RootElement.GetProperty("mode").GetString());
        (_, string samples, _) = FreshetProcess.Run($"inspect samples {Out} --user u1 --format ndjson");
        Assert.Equal(
            [("observed", 0, 0), ("positive", 1, 0), ("positive", 1, 1)],
            samples.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).Select(row => (
                row.GetProperty("emission").GetString(), row.GetProperty("labels").GetProperty("click").GetInt32(),
                row.GetProperty("labels").GetProperty("watch30").GetInt32())));

        (_, string story, _) = FreshetProcess.Run($"inspect sample --scene {s_scene} --events {Log()} --user u1 --mode immediate");
        Assert.Contains("click = 0: the row left before this counted: click e2, 5 s after it was shown.", story, StringComparison.Ordinal);
        Assert.Contains("watch30 = 0: not taught by this row.", story, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_sample_files_exits_with_1()
    {
        (int code, _, string error) = FreshetProcess.Run($"inspect samples {_folder}");

        Assert.Equal($"Folder '{_folder}' holds no sample files. Name the --out folder of a join.", error.Trim());
        Assert.Equal(1, code);
    }

    private string Log()
    {
        string file = Path.Combine(_folder, "events.ndjson");
        File.WriteAllLines(file, s_log);
        return file;
    }

    internal static void AssertDocumented(JsonElement report, string title)
    {
        string documentation = File.ReadAllText(Path.Combine(Repository.Root, "docs", "formats.md"));
        int start = documentation.IndexOf(title, StringComparison.Ordinal), end = documentation.IndexOf("\n## ", start, StringComparison.Ordinal);
        string section = documentation[start..end];
        Assert.All(Names(report), name => Assert.True(
            section.Contains($"`{name}`", StringComparison.Ordinal) || section.Contains($"`{name}[]`", StringComparison.Ordinal),
            $"docs/formats.md says nothing of '{name}'."));
    }

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Where(field => field.Name is not ("click" or "watch30" or "follow"))
            .SelectMany(field => Names(field.Value).Prepend(field.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };
}
