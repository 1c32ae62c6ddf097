namespace Freshet.Core.Metrics;

/// <summary>
/// Resamples whole clusters (users) with replacement and computes metrics on each resample; metrics of one instance are
/// paired, so <see cref="Replicates.Minus"/> gives the interval of a difference between arms.
/// </summary>
/// <remarks>
/// Percentile bootstrap over clusters (Field, Welsh, "Bootstrapping clustered data", 2007,
/// https://doi.org/10.1111/j.1467-9868.2007.00593.x): a user's rows depend on each other, users do not. Each resample
/// draws as many clusters as there are. Scores are sorted once per column; a resample of AUC is then one pass over the
/// rows, of the other metrics one pass over the clusters. Resamples depend only on seed, resample number and the order in
/// which clusters first appear. Safe for use by many threads at once.
/// </remarks>
public sealed class ClusterBootstrap
{
    private readonly ulong _seed;
    private readonly int _resamples;
    private readonly int[] _clusters; // [Count] index of each row's cluster
    private readonly int _clusterCount;

    /// <summary>Resamples of the rows whose clusters are <paramref name="clusters"/>.</summary>
    /// <param name="clusters">[Count] key of each row's cluster.</param>
    /// <param name="resamples">How many, 1 to 100,000. Default: 200.</param>
    /// <param name="seed">Seeds all draws. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="resamples"/> is out of its range.</exception>
    public ClusterBootstrap(ReadOnlySpan<ulong> clusters, int resamples = 200, ulong seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(resamples, 100_000);
        _seed = seed;
        _resamples = resamples;
        _clusters = new int[clusters.Length];
        var indices = new Dictionary<ulong, int>();
        for (int row = 0; row < clusters.Length; row++)
        {
            if (!indices.TryGetValue(clusters[row], out int index))
            {
                index = indices.Count;
                indices.Add(clusters[row], index);
            }

            _clusters[row] = index;
        }

        _clusterCount = indices.Count;
    }

    /// <summary>AUC (<see cref="Metrics.Auc"/>) on every resample.</summary>
    /// <param name="scores">[Count].</param>
    /// <param name="labels">[Count].</param>
    /// <exception cref="ArgumentException">A length is not that of the clusters.</exception>
    public Replicates Auc(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels)
    {
        CheckLengths(scores.Length, labels.Length);
        var rows = new SortedRows(scores, labels, _clusters);
        return Resample(rows.Auc);
    }

    /// <summary>GAUC (<see cref="Metrics.GroupedAuc"/>) on every resample. A group's rows must be of one cluster.</summary>
    /// <param name="scores">[Count].</param>
    /// <param name="labels">[Count].</param>
    /// <param name="groups">[Count] key of each row's group.</param>
    /// <exception cref="ArgumentException">A length is not that of the clusters, or a group has rows of two clusters.</exception>
    public Replicates GroupedAuc(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, ReadOnlySpan<ulong> groups)
    {
        CheckLengths(scores.Length, labels.Length);
        double[] weighted = new double[_clusterCount], rows = new double[_clusterCount];
        foreach (GroupedAuc.Group group in Metrics.GroupedAuc.Groups(scores, labels, groups))
        {
            int cluster = _clusters[group.Rows.Span[0]];
            foreach (int row in group.Rows.Span)
            {
                if (_clusters[row] != cluster)
                {
                    throw new ArgumentException(
                        $"Group {groups[row]} has rows of two clusters. Group by a part of a cluster, such as a user's request.",
                        nameof(groups));
                }
            }

            weighted[cluster] += group.Rows.Length * group.Auc;
            rows[cluster] += group.Rows.Length;
        }

        return Resample(counts => Dot(counts, weighted) / Dot(counts, rows));
    }

    /// <summary>Log loss (<see cref="Metrics.LogLoss"/>) on every resample.</summary>
    /// <param name="probabilities">[Count] in [0, 1].</param>
    /// <param name="labels">[Count].</param>
    /// <exception cref="ArgumentException">A length is not that of the clusters.</exception>
    public Replicates LogLoss(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> labels)
    {
        ClusterSums sums = Sum(probabilities, labels);
        return Resample(counts => Dot(counts, sums.Loss) / Dot(counts, sums.Rows));
    }

    /// <summary>NE (<see cref="Metrics.NormalizedEntropy"/>) on every resample.</summary>
    /// <param name="probabilities">[Count] in [0, 1].</param>
    /// <param name="labels">[Count].</param>
    /// <exception cref="ArgumentException">A length is not that of the clusters.</exception>
    public Replicates NormalizedEntropy(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> labels)
    {
        ClusterSums sums = Sum(probabilities, labels);
        return Resample(counts => Metrics.NormalizedEntropy.OfSums(
            Dot(counts, sums.Loss), Dot(counts, sums.Positives), Dot(counts, sums.Rows)));
    }

    /// <summary>PCOC (<see cref="Metrics.Calibration"/>) on every resample.</summary>
    /// <param name="probabilities">[Count] in [0, 1].</param>
    /// <param name="labels">[Count].</param>
    /// <exception cref="ArgumentException">A length is not that of the clusters.</exception>
    public Replicates Calibration(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> labels)
    {
        ClusterSums sums = Sum(probabilities, labels);
        return Resample(counts => Metrics.Calibration.OfSums(
            Dot(counts, sums.Predicted), Dot(counts, sums.Positives)));
    }

    /// <summary>
    /// Mean of the rows in <paramref name="included"/> on every resample: with 0 and 1 as values and an arm's impressions
    /// included, its clicks per impression; two arms with users split among them differ by <see cref="Replicates.Minus"/>.
    /// </summary>
    /// <param name="values">[Count].</param>
    /// <param name="included">[Count] the rows that count.</param>
    /// <exception cref="ArgumentException">A length is not that of the clusters.</exception>
    public Replicates Mean(ReadOnlySpan<double> values, ReadOnlySpan<bool> included)
    {
        CheckLengths(values.Length, included.Length);
        double[] sums = new double[_clusterCount], rows = new double[_clusterCount];
        for (int row = 0; row < values.Length; row++)
        {
            if (included[row])
            {
                sums[_clusters[row]] += values[row];
                rows[_clusters[row]]++;
            }
        }

        return Resample(counts => Dot(counts, sums) / Dot(counts, rows));
    }

    private static double Dot(int[] counts, double[] sums)
    {
        double dot = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            dot += counts[i] * sums[i];
        }

        return dot;
    }

    private void CheckLengths(int scores, int labels)
    {
        Lengths.MustBeEqual(_clusters.Length, scores, nameof(scores));
        Lengths.MustBeEqual(_clusters.Length, labels, nameof(labels));
    }

    private ClusterSums Sum(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> labels)
    {
        CheckLengths(probabilities.Length, labels.Length);
        return new ClusterSums(probabilities, labels, _clusters, _clusterCount);
    }

    private Replicates Resample(Func<int[], double> metric)
    {
        int[] counts = new int[_clusterCount];
        Array.Fill(counts, 1);
        double estimate = metric(counts);
        double[] values = new double[_resamples];
        for (int i = 0; i < values.Length; i++)
        {
            Draw(counts, i);
            values[i] = metric(counts);
        }

        return new Replicates(this, estimate, values);
    }

    private void Draw(int[] counts, int resample)
    {
        Array.Clear(counts);
        var random = SplitMix64.Stream(_seed, stream: 0, (ulong)resample);
        for (int i = 0; i < counts.Length; i++)
        {
            counts[random.NextBelow(counts.Length)]++;
        }
    }
}
