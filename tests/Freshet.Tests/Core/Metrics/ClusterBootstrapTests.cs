using CsCheck;
using Freshet.Core;
using Freshet.Core.Metrics;

namespace Freshet.Tests.Core.Metrics;

public sealed class ClusterBootstrapTests
{
    private delegate Replicates Metric(ClusterBootstrap bootstrap, ScoredRows rows);

    private static readonly Metric[] s_metrics =
    [
        (bootstrap, rows) => bootstrap.Auc(rows.Scores, rows.Labels),
        (bootstrap, rows) => bootstrap.GroupedAuc(rows.Scores, rows.Labels, rows.Groups),
        (bootstrap, rows) => bootstrap.LogLoss(rows.Scores, rows.Labels),
        (bootstrap, rows) => bootstrap.NormalizedEntropy(rows.Scores, rows.Labels),
        (bootstrap, rows) => bootstrap.Calibration(rows.Scores, rows.Labels),
    ];

    [Fact]
    public void Equal_columns_differ_by_exactly_0() => ScoredRows.Gen.Sample(rows =>
    {
        var bootstrap = new ClusterBootstrap(rows.Groups, resamples: 20);
        return s_metrics.All(metric =>
        {
            BootstrapInterval difference = metric(bootstrap, rows).Minus(metric(bootstrap, rows));
            return double.IsNaN(difference.Estimate) || difference is { Estimate: 0, Lower: 0, Upper: 0 }
                || double.IsNaN(difference.Lower);
        });
    });

    [Fact]
    public void The_interval_contains_the_estimate() => ScoredRows.Gen.Sample(rows =>
    {
        var bootstrap = new ClusterBootstrap(rows.Groups, resamples: 20);
        return s_metrics.All(metric =>
        {
            BootstrapInterval interval = metric(bootstrap, rows).Interval();
            return double.IsNaN(interval.Estimate) || double.IsNaN(interval.Lower)
                || (interval.Lower <= interval.Estimate && interval.Estimate <= interval.Upper);
        });
    });

    [Fact]
    public void The_estimate_is_the_metric_on_all_rows() => ScoredRows.Gen.Sample(rows =>
    {
        var bootstrap = new ClusterBootstrap(rows.Groups, resamples: 1);
        double[] expected =
        [
            Auc.Of(rows.Scores, rows.Labels), GroupedAuc.Of(rows.Scores, rows.Labels, rows.Groups),
            LogLoss.Of(rows.Scores, rows.Labels), NormalizedEntropy.Of(rows.Scores, rows.Labels),
            Calibration.Of(rows.Scores, rows.Labels),
        ];
        return s_metrics.Zip(expected).All(pair =>
        {
            double estimate = pair.First(bootstrap, rows).Estimate;
            return double.IsNaN(pair.Second) ? double.IsNaN(estimate) : Math.Abs(estimate - pair.Second) < 1e-9;
        });
    });

    [Fact]
    public void AUC_under_counts_is_the_AUC_of_rows_repeated_that_often() =>
        Gen.Select(ScoredRows.Gen, Gen.Int[0, 3].Array[7]).Sample((rows, counts) =>
        {
            int[] clusters = [.. rows.Groups.Select(group => (int)group)];
            ScoredRows repeated = rows.Take(
                Enumerable.Range(0, clusters.Length).SelectMany(i => Enumerable.Repeat(i, counts[clusters[i]])));

            double auc = new SortedRows(rows.Scores, rows.Labels, clusters).Auc(counts);

            return auc.Equals(Auc.Of(repeated.Scores, repeated.Labels));
        });

    [Fact]
    public void The_same_seed_gives_the_same_resamples_and_another_seed_others()
    {
        ulong[] users = [.. Enumerable.Range(0, 50).Select(i => (ulong)i)];
        double[] values = [.. users.Select(user => (double)(user % 7))];
        bool[] all = [.. users.Select(_ => true)];

        double[] Draw(ulong seed) => new ClusterBootstrap(users, seed: seed).Mean(values, all).Values.ToArray();

        Assert.Equal(Draw(3), Draw(3));
        Assert.NotEqual(Draw(3), Draw(4));
    }

    [Fact]
    public void The_interval_of_a_mean_is_as_wide_as_theory_says()
    {
        const int Users = 2_000;
        var random = new SplitMix64(5);
        double[] values = new double[Users];
        foreach (ref double value in values.AsSpan())
        {
            value = random.NextNormal();
        }

        ulong[] users = [.. Enumerable.Range(0, Users).Select(i => (ulong)i)];
        BootstrapInterval interval =
            new ClusterBootstrap(users, resamples: 1_000).Mean(values, [.. users.Select(_ => true)]).Interval();

        double expected = 2 * 1.96 / Math.Sqrt(Users);
        Assert.InRange(interval.Upper - interval.Lower, 0.9 * expected, 1.1 * expected);
    }

    [Fact]
    public void Saying_everything_four_times_makes_no_user_more_certain()
    {
        ulong[] users = [.. Enumerable.Range(0, 100).Select(i => (ulong)i)];
        double[] values = [.. users.Select(user => (double)(user % 3))];
        bool[] once = [.. users.Select(_ => true)];

        BootstrapInterval single = new ClusterBootstrap(users).Mean(values, once).Interval();
        BootstrapInterval fourfold = new ClusterBootstrap([.. users, .. users, .. users, .. users])
            .Mean([.. values, .. values, .. values, .. values], [.. once, .. once, .. once, .. once]).Interval();

        Assert.Equal(single.Lower, fourfold.Lower, 12);
        Assert.Equal(single.Upper, fourfold.Upper, 12);
    }

    [Fact]
    public void Rates_of_users_split_between_arms_are_compared_by_their_own_rows()
    {
        // 400 users with 10 impressions each; the first half clicks 3 of 10, the second 1 of 10.
        ulong[] users = [.. Enumerable.Range(0, 4_000).Select(i => (ulong)(i / 10))];
        bool[] isFirst = [.. users.Select(user => user < 200)];
        double[] clicks = [.. Enumerable.Range(0, 4_000).Select(i => i % 10 < (i < 2_000 ? 3 : 1) ? 1.0 : 0)];
        var bootstrap = new ClusterBootstrap(users);

        BootstrapInterval difference = bootstrap.Mean(clicks, isFirst)
            .Minus(bootstrap.Mean(clicks, [.. isFirst.Select(first => !first)]));

        Assert.Equal(0.2, difference.Estimate, 12);
        Assert.True(difference.ExcludesZero);
    }

    [Fact]
    public void Metrics_of_two_bootstraps_are_not_paired()
    {
        ulong[] users = [1, 2];
        Replicates first = new ClusterBootstrap(users).LogLoss([0.5f, 0.5f], [true, false]);
        Replicates second = new ClusterBootstrap(users).LogLoss([0.5f, 0.5f], [true, false]);

        var error = Assert.Throws<ArgumentException>(() => first.Minus(second));

        Assert.StartsWith(
            "The two metrics come from different bootstraps, so their resamples are not paired. "
            + "Compute both with one ClusterBootstrap.",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_of_two_users_is_refused()
    {
        var bootstrap = new ClusterBootstrap([1, 2]);

        var error = Assert.Throws<ArgumentException>(() => bootstrap.GroupedAuc([0.1f, 0.2f], [true, false], [5, 5]));

        Assert.StartsWith(
            "Group 5 has rows of two clusters. Group by a part of a cluster, such as a user's request.",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_both_classes_there_is_no_interval()
    {
        BootstrapInterval interval = new ClusterBootstrap([1, 2]).Auc([0.1f, 0.2f], [true, true]).Interval();

        Assert.True(double.IsNaN(interval.Estimate));
        Assert.True(double.IsNaN(interval.Lower));
        Assert.False(interval.ExcludesZero);
    }
}
