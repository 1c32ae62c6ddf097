using System.Text.Json;
using Freshet.Models;
using Freshet.Tests.Architecture;

namespace Freshet.Tests.Cli;

public sealed class BenchCommandTests : IDisposable
{
    private const string Tiny =
        "--batch 16 --slots 5 --dim 4 --history 3 --attention 2 --negatives 2 --layers 8,4 --vocabulary 100 --threads 2 --seconds 0.2";

    private static readonly string[] s_shared =
    [
        "benchmark", "flop_per_step", "gflops", "fma_peak_gflops", "share_of_fma_peak", "allocated_bytes_per_step", "rows",
        "bytes_rows_and_state", "bytes_table", "model", "batch", "slots", "dim", "history", "attention", "negatives", "layers", "tasks",
        "vocabulary", "zipf", "threads", "seconds",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("freshet-bench-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("train", "impressions train_samples_per_second train_samples_per_second_min train_samples_per_second_max")]
    [InlineData("rank", "rank_candidates_per_second rank_candidates_per_second_min rank_candidates_per_second_max candidates rank_300_p50_us rank_300_p99_us")]
    public void The_report_has_the_fields_of_the_documentation_and_no_others(string benchmark, string own)
    {
        string report = Path.Combine(_folder, "report.json");

        (int code, string output, _) = FreshetProcess.Run($"bench {benchmark} {Tiny} --report {report}");

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(report));
        Dictionary<string, JsonElement> fields = json.RootElement.EnumerateObject().ToDictionary(field => field.Name, field => field.Value);
        string documentation = File.ReadAllText(Path.Combine(Repository.Root, "docs", "formats.md"));
        Assert.Equal(0, code);
        Assert.Contains("share of the ceiling", output, StringComparison.Ordinal);
        Assert.Equal([.. s_shared.Concat(own.Split(' ')).Order()], [.. fields.Keys.Order()]);
        Assert.All(
            fields.Where(field => field.Value.ValueKind == JsonValueKind.Number),
            field => Assert.True(double.IsFinite(field.Value.GetDouble()) && field.Value.GetDouble() >= 0, field.Key));
        Assert.All(fields.Keys, name => Assert.True(IsDocumented(name, documentation), $"docs/formats.md says nothing of '{name}'."));
        Assert.Equal((benchmark, 16, 2), (fields["benchmark"].GetString(), fields["batch"].GetInt32(), fields["threads"].GetInt32()));
        Assert.True(fields["rows"].GetInt64() > 0);
        Assert.True(fields["bytes_table"].GetInt64() > fields["bytes_rows_and_state"].GetInt64());
    }

    [Fact]
    public void The_times_of_a_request_are_named_by_its_candidates()
    {
        string report = Path.Combine(_folder, "report.json");

        (int code, _, _) = FreshetProcess.Run($"bench rank {Tiny} --candidates 7 --report {report}");

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(report));
        Assert.Equal(0, code);
        Assert.True(json.RootElement.GetProperty("rank_7_p50_us").GetDouble() <= json.RootElement.GetProperty("rank_7_p99_us").GetDouble());
    }

    [Theory]
    [InlineData("train --batch 0", "--batch is 0; use 1 to 65,536.")]
    [InlineData("train --slots 1", "--slots is 1; use 2 to 1,000.")]
    [InlineData("train --dim 257", "--dim is 257; use 1 to 256.")]
    [InlineData("train --history 51", "--history is 51; use 0 to 50.")]
    [InlineData("train --attention 0", "--attention is 0; use 1 to 256.")]
    [InlineData("train --negatives -1", "--negatives is -1; use 0 to 1,000.")]
    [InlineData("train --layers 64,,32", "--layers is '64,,32'; use 1 to 16 numbers of 1 to 4096, such as '256,128,64'.")]
    [InlineData("train --tasks 33", "--tasks is 33; use 1 to 32.")]
    [InlineData("train --vocabulary 0", "--vocabulary is 0; use 1 to 10,000,000.")]
    [InlineData("train --zipf NaN", "--zipf is NaN; use 0 to 10.")]
    [InlineData("train --threads 0", "--threads is 0; use 1 to 1,024.")]
    [InlineData("train --seconds 0", "--seconds is 0; use 0.05 to 3600.")]
    [InlineData("rank --candidates 0", "--candidates is 0; use 1 to 10,000.")]
    [InlineData("rank --batch 0 --tasks 0", "--batch is 0; use 1 to 65,536. --tasks is 0; use 1 to 32.")]
    public void A_value_out_of_its_range_exits_with_2_and_says_the_range(string arguments, string message)
    {
        (int code, _, string error) = FreshetProcess.Run($"bench {arguments}");

        Assert.Equal($"{message} Nothing was started.", error.Trim());
        Assert.Equal(2, code);
    }

    [Fact]
    public void An_unknown_model_is_answered_with_the_zoo()
    {
        (int code, _, string error) = FreshetProcess.Run("bench train --model x");

        Assert.Equal($"--model is 'x'; use one of {string.Join(", ", RankingModel.Zoo)}. Nothing was started.", error.Trim());
        Assert.Equal(2, code);
    }

    [Theory]
    [InlineData("bench", "Required command was not provided.\nNothing was started. 'freshet bench --help' lists the options.")]
    [InlineData("bench train --candidates 3", "Unrecognized command or argument '--candidates'.\nUnrecognized command or argument '3'.\nNothing was started. 'freshet bench train --help' lists the options.")]
    public void Wrong_use_names_the_whole_command(string arguments, string message)
    {
        (int code, _, string error) = FreshetProcess.Run(arguments);

        Assert.Equal(message, error.Trim());
        Assert.Equal(2, code);
    }

    // The slowest and the fastest slice stand behind their median as `…_min` and `…_max`.
    private static bool IsDocumented(string name, string documentation) =>
        documentation.Contains($"`{name}`", StringComparison.Ordinal) ||
        (name[^4..] is "_min" or "_max" && documentation.Contains($"`{name[..^4]}`, `…_min`, `…_max`", StringComparison.Ordinal));
}
