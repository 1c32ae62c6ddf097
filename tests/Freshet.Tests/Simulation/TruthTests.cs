using Freshet.Core.Metrics;
using Freshet.Simulation;

namespace Freshet.Tests.Simulation;

public sealed class TruthTests
{
    private const long QuarterMs = 15 * 60 * 1000;
    private static readonly PlatformRun s_run = PlatformRun.Shared;

    [Fact]
    public void Clicks_are_as_frequent_as_the_truth_says_in_every_tenth_of_its_range()
    {
        bool[] clicked = s_run.Clicked();
        int[] byProbability = [.. Enumerable.Range(0, clicked.Length).OrderBy(i => s_run.Shown[i].Probability)];

        foreach (int[] tenth in byProbability.Chunk((clicked.Length + 9) / 10))
        {
            double expected = tenth.Sum(i => s_run.Shown[i].Probability);
            double deviation = Math.Sqrt(tenth.Sum(i => s_run.Shown[i].Probability * (1 - s_run.Shown[i].Probability)));
            Assert.InRange(tenth.Count(i => clicked[i]), expected - (4 * deviation), expected + (4 * deviation));
        }
    }

    [Fact]
    public void A_lower_place_is_clicked_less()
    {
        ShownHost shown = s_run.Shown[0];
        double[] byPosition = [.. Enumerable.Range(0, 6)
            .Select(position => s_run.Platform.ClickProbability(shown.User, shown.Host, shown.At, position))];

        Assert.Equal(byPosition.OrderDescending(), byPosition);
        Assert.Equal(6, byPosition.Distinct().Count());
    }

    [Fact]
    public void The_truth_ranks_far_better_than_the_popularity_of_hosts()
    {
        bool[] clicked = s_run.Clicked();
        float[] popularity = [.. s_run.Shown.Select(shown => (float)shown.Host)];
        foreach (IGrouping<int, int> rows in Enumerable.Range(0, clicked.Length).GroupBy(i => s_run.Shown[i].Host))
        {
            float rate = (float)((rows.Count(i => clicked[i]) + 4.0) / (rows.Count() + 20.0));
            foreach (int row in rows)
            {
                popularity[row] = rate;
            }
        }

        double oracle = Auc.Of([.. s_run.Shown.Select(shown => (float)shown.Probability)], clicked);

        Assert.InRange(oracle, 0.75, 0.9);
        Assert.True(oracle > Auc.Of(popularity, clicked) + 0.08);
    }

    [Fact]
    public void The_last_quarter_of_an_hour_tells_more_of_a_host_than_the_day_before()
    {
        // Few hosts and many requests, so that every quarter shows a host often enough to measure its rate.
        var dense = new PlatformRun(new PlatformOptions
        {
            Seed = 2,
            Days = 2,
            Hosts = 60,
            NewHostShare = 0,
            Users = 1_000,
            RequestsPerDay = 12_000,
            SleeperShare = 0,
        });
        bool[] clicked = dense.Clicked();
        long start = dense.Options.Start.ToUnixTimeMilliseconds();
        var quarters = new RateTable(key: shown => (shown.Host, (shown.At - start) / QuarterMs));
        var days = new RateTable(key: shown => (shown.Host, (shown.At - start) / (96 * QuarterMs)));
        for (int i = 0; i < clicked.Length; i++)
        {
            quarters.Add(dense.Shown[i], clicked[i]);
            days.Add(dense.Shown[i], clicked[i]);
        }

        int[] secondDay = [.. Enumerable.Range(0, clicked.Length).Where(i => dense.Shown[i].At - start >= 96 * QuarterMs)];
        bool[] labels = [.. secondDay.Select(i => clicked[i])];
        double lastQuarter = Auc.Of([.. secondDay.Select(i => quarters.Before(dense.Shown[i]))], labels);
        double dayBefore = Auc.Of([.. secondDay.Select(i => days.Before(dense.Shown[i]))], labels);

        Assert.True(lastQuarter > dayBefore + 0.02, $"Last quarter {lastQuarter}, day before {dayBefore}.");
    }

    [Fact]
    public void A_model_of_a_quarter_of_an_hour_ago_beats_one_of_last_midnight()
    {
        var run = new PlatformRun(new PlatformOptions { Seed = 1, Days = 3 });
        bool[] clicked = run.Clicked();
        long start = run.Options.Start.ToUnixTimeMilliseconds();
        int first = run.Shown.FindIndex(shown => shown.At - start >= 96 * QuarterMs);

        float[] fresh = PeriodicRegression.Predict(run, clicked, QuarterMs);
        float[] daily = PeriodicRegression.Predict(run, clicked, 96 * QuarterMs);

        double gain = Auc.Of(fresh.AsSpan(first), clicked.AsSpan(first)) - Auc.Of(daily.AsSpan(first), clicked.AsSpan(first));
        Assert.InRange(gain, 0.015, 0.08); // without any real-time counter: those bring both nearer
    }
}
