using System.Diagnostics;

namespace Freshet.Tests.Cli;

/// <summary>The command as a user meets it: a process with an exit code and messages.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("freshet-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("replay", "Logs in the event format need --scene FILE; 'freshet init DIR' writes one to start from. Nothing was started.")]
    [InlineData("replay --dataset movies", "--dataset is 'movies'; use 'kuairand' or 'kuailive'. Nothing was started.")]
    [InlineData("demo --days 2", "--days is 2; use 3 to 30. Nothing was started.")]
    [InlineData("demo --publish-delay 2d", "--publish-delay is '2d'; use a time from '0s' to '60m'. Nothing was started.")]
    [InlineData("demo --model xyz", "--model is 'xyz'; use one of lr, fm, wide-deep, deepfm, esmm, esmm-dfm, esmm-dfm-dmr, din, mmoe, ple, dcn-v2. Nothing was started.")]
    [InlineData("replay --dataset kuairand --base-until 2022-05-01 --evaluate-from 2022-05-01",
        "--evaluate-from is 2022-05-01 and --base-until is 2022-05-01; judge days after the base's. Nothing was started.")]
    [InlineData("replay --dataset kuairand --delay-labels soon", "--delay-labels is 'soon'; use a time from '1s' to '7d'. Nothing was started.")]
    [InlineData("replay --dataset kuairand --study speed", "--study is 'speed'; use 'admission' or 'frequency'. Nothing was started.")]
    [InlineData("replay --dataset kuairand --study admission --arms 2h,15m --out x --export-events y",
        "--study admission compares rules at one update frequency and --arms names 2; name one. --study keeps no events, lines or models; leave out --export-events and --out. Nothing was started.")]
    [InlineData("replay --dataset kuairand --base-until 9999-12-31",
        "--base-until is '9999-12-31'; use a day such as 2022-04-30, of the years 1900 to 2999. Nothing was started.")]
    [InlineData("demo --publish-delay 61m", "--publish-delay is '61m'; use a time from '0s' to '60m'. Nothing was started.")]
    [InlineData("inspect delays", "Logs in the event format need --scene FILE; 'freshet init DIR' writes one to start from. Nothing was started.")]
    [InlineData("inspect features --dataset kuairand --at soon",
        "--at is 'soon'; use '2022-05-01T12:00' (the scene's time zone), '2022-05-01T12:00+08:00', or ms since the epoch. Nothing was started.")]
    [InlineData("replay --no-such-option", "Unrecognized command or argument '--no-such-option'.\nNothing was started. 'freshet replay --help' lists the options.")]
    public void Wrong_use_says_what_to_do_and_exits_with_2(string arguments, string message)
    {
        (int code, _, string error) = FreshetProcess.Run(arguments);

        Assert.Equal(message, error.Trim());
        Assert.Equal(2, code);
    }

    [Fact]
    public void A_file_without_a_name_is_wrong_use()
    {
        _ = FreshetProcess.Run($"init {_folder}/scene");

        (int code, _, string error) = FreshetProcess.Run($"join --scene {_folder}/scene/scene.yaml --events \"\" --out {_folder}/out");

        Assert.Equal(2, code);
        Assert.Equal("--events names a file without a name; use names of logs, or '-' for standard input. Nothing was started.", error.Trim());
    }

    [Theory]
    [InlineData("demo --arms hourly",
        "Arm 'hourly' is no update frequency; use 'frozen', 'daily', 'full', 'full-4h', 'streaming', or a time from 1m to 12h such as '15m' or '2h'.")]
    [InlineData("demo --arms 15m,15m", "Arm '15m' stands twice; name each once.")]
    public void Arms_that_are_wrong_are_wrong_use(string arguments, string message)
    {
        (int code, _, string error) = FreshetProcess.Run(arguments);

        Assert.Equal((2, message), (code, error.Trim()));
    }

    [Fact]
    public void A_disk_that_is_full_for_standard_output_exits_with_1()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The full disk is /dev/full.");

        (int code, _, string error) = FreshetProcess.RunTo("> /dev/full", $"init {_folder}/scene");

        Assert.Equal(1, code);
        Assert.Contains("No space left on device", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_that_is_closed_ends_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The pipe is bash's.");

        (int code, string output, string error) = FreshetProcess.RunTo("| head -n 1", "demo --help");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal("Description:", output.Trim());
    }

    [Fact]
    public void Help_explains_the_exit_codes()
    {
        (int code, string output, _) = FreshetProcess.Run("--help");

        Assert.Equal(0, code);
        Assert.Contains("0 done, 1 failed, 2 wrong use, 70 a bug in Freshet", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_exits_with_1()
    {
        (int code, _, string error) = FreshetProcess.Run($"replay --dataset kuairand --data {_folder}/none");

        Assert.StartsWith($"Folder '{_folder}/none' does not exist.", error, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    [Fact]
    public void Inspect_delays_shows_windows_and_writes_them_as_json()
    {
        string scene = Path.Combine(_folder, "scene.yaml"), log = Path.Combine(_folder, "log.ndjson"), report = Path.Combine(_folder, "r.json");
        File.WriteAllText(scene, "scene: s\nbehaviours: { click: { from: click, window: 5m } }\nslots: { item: { source: item } }\n");
        File.WriteAllLines(
            log,
            [
                """{"type":"impression","event_id":"a","request_id":"r","user_id":"u","item_id":"i","at":1650812741000}""",
                """{"type":"impression","event_id":"b","request_id":"r","user_id":"u","item_id":"i","at":1650813341000}""",
                """{"type":"click","event_id":"c","request_id":"r","user_id":"u","item_id":"i","at":1650813342000}""",
            ]);

        (int code, string output, string error) = FreshetProcess.Run($"inspect delays --scene {scene} --events {log} --report {report}");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("advised is 'cumulative'. 50.0 % of the impressions show an old page again", output, StringComparison.Ordinal);
        using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(report));
        System.Text.Json.JsonElement click = json.RootElement.GetProperty("behaviours")[0];
        Assert.Equal((1, 0, 300), (click.GetProperty("labels").GetInt32(), click.GetProperty("coverage").GetInt32(), click.GetProperty("window_seconds").GetInt32()));
        Assert.Equal(1, json.RootElement.GetProperty("contradictions").GetInt32());
        Assert.Equal(0.5, json.RootElement.GetProperty("repeat_rate").GetDouble());
    }

    [Fact]
    public void Init_writes_a_scene_that_works_and_never_overwrites_one()
    {
        (int first, _, _) = FreshetProcess.Run($"init {_folder}/scene");
        (int second, _, string error) = FreshetProcess.Run($"init {_folder}/scene");

        _ = Freshet.Scenes.SceneFile.Read(Path.Combine(_folder, "scene", "scene.yaml"));
        Assert.True(File.Exists(Path.Combine(_folder, "scene", "scene.schema.json")));
        Assert.Equal((0, 2), (first, second));
        Assert.Contains("is there already and was left as it is", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_names_every_command()
    {
        (int code, string output, _) = FreshetProcess.Run("--help");

        Assert.Equal(0, code);
        Assert.All(["demo", "replay", "init", "bench", "inspect"], command => Assert.Contains(command, output, StringComparison.Ordinal));
    }

    [Fact]
    public void Ctrl_C_ends_a_run_with_a_message_and_leaves_no_report()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The signal is sent with kill.");
        string report = Path.Combine(_folder, "report.json");
        using Process process = FreshetProcess.Start($"demo --days 30 --report {report}");
        _ = process.StandardError.ReadLine(); // the first line of progress: the run is under way

        using (Process kill = Process.Start("kill", $"-INT {process.Id}"))
        {
            kill.WaitForExit();
        }

        string rest = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Contains("Stopped by Ctrl-C.", rest, StringComparison.Ordinal);
        Assert.Equal(1, process.ExitCode);
        Assert.False(File.Exists(report));
    }
}
