using Freshet.Core.Metrics;
using Freshet.Experiments.Reports;
using Freshet.Pipeline.Tracks;

namespace Freshet.Experiments.Evaluation;

/// <summary>How the users did whose pages each arm ranked: the first task's rate, and what an arm gained over the first arm.</summary>
internal static class OnlineTraffic
{
    private const int Resamples = 500;

    public static OnlineReport Measure(JudgedRows rows, IReadOnlyList<ModelTrack> arms, Func<ulong, int> armOf)
    {
        if (rows.Count == 0)
        {
            return new OnlineReport([], []);
        }

        double[] clicks = Array.ConvertAll(rows.Labels(task: 0), label => label ? 1.0 : 0.0);
        int[] armOfRow = Array.ConvertAll(rows.Users, user => armOf(user));
        var bootstrap = new ClusterBootstrap(rows.Users, Resamples);
        List<OnlineArmReport> reports = [];
        List<Replicates> rates = [];
        for (int arm = 0; arm < arms.Count; arm++)
        {
            bool[] included = Array.ConvertAll(armOfRow, of => of == arm);
            long impressions = included.Count(isIncluded => isIncluded);
            long positives = (long)clicks.Where((_, row) => included[row]).Sum();
            reports.Add(new OnlineArmReport(arms[arm].Plan.Name, impressions, positives, impressions == 0 ? 0 : (double)positives / impressions));
            rates.Add(bootstrap.Mean(clicks, included));
        }

        return new OnlineReport(reports, [.. Enumerable.Range(1, arms.Count - 1).Select(arm => Gain(arms, rates, arm))]);
    }

    private static OnlineDifferenceReport Gain(IReadOnlyList<ModelTrack> arms, List<Replicates> rates, int arm)
    {
        Replicates reference = rates[0];
        double[] gains = [.. rates[arm].Values.ToArray().Select((rate, i) => Percent(rate, reference.Values[i])).Order()];
        return new OnlineDifferenceReport(
            arms[arm].Plan.Name, arms[0].Plan.Name, Percent(rates[arm].Estimate, reference.Estimate),
            gains[(int)(gains.Length * 0.025)], gains[(int)(gains.Length * 0.975)]);
    }

    private static double Percent(double rate, double reference) => ((rate / reference) - 1) * 100;
}
