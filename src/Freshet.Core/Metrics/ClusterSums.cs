namespace Freshet.Core.Metrics;

/// <summary>What log loss, NE and PCOC need of each cluster.</summary>
internal sealed class ClusterSums
{
    public ClusterSums(
        ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> labels, ReadOnlySpan<int> clusters, int clusterCount)
    {
        Loss = new double[clusterCount];
        Predicted = new double[clusterCount];
        Positives = new double[clusterCount];
        Rows = new double[clusterCount];
        for (int row = 0; row < labels.Length; row++)
        {
            int cluster = clusters[row];
            Loss[cluster] += LogLoss.OfRow(probabilities[row], labels[row]);
            Predicted[cluster] += probabilities[row];
            Positives[cluster] += labels[row] ? 1 : 0;
            Rows[cluster]++;
        }
    }

    public double[] Loss { get; }

    public double[] Predicted { get; }

    public double[] Positives { get; }

    public double[] Rows { get; }
}
