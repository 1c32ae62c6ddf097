using System.Text.Json;
using Freshet.Experiments.Benchmarking;
using Freshet.Experiments.Reports;

namespace Freshet.Tests.Experiments.Benchmarking;

public sealed class IncrementBenchmarkTests
{
    [Fact]
    public void A_day_of_increments_costs_what_changed_and_gives_the_naive_models()
    {
        var network = new BenchmarkOptions { Batch = 32, Slots = 4, Dim = 4, History = 3, Layers = [8], Vocabulary = 1000, Threads = 2 };

        IncrementReport report = IncrementBenchmark.Run(network, 3000, TimeSpan.FromHours(21), TimeProvider.System, CancellationToken.None);

        Assert.True(report.AreEqual);
        Assert.Equal(13, report.Increments.Count);
        Assert.All(report.Increments, tick => Assert.InRange(tick.Learnt, 1, tick.DaySamples));
        Assert.True(report.Increments.Sum(tick => tick.Learnt) < report.Increments.Sum(tick => tick.DaySamples) / 2);
        using var json = JsonDocument.Parse(ReportJson.Write(report));
        JsonElement last = json.RootElement.GetProperty("increments")[12];
        foreach (string field in (string[])["hour", "day_samples", "learnt", "exact_seconds", "naive_seconds", "checkpoints", "checkpoint_bytes"])
        {
            Assert.Equal(JsonValueKind.Number, last.GetProperty(field).ValueKind);
        }

        Assert.True(json.RootElement.GetProperty("are_equal").GetBoolean());
    }
}
