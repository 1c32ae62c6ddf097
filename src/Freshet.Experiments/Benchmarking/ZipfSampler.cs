namespace Freshet.Experiments.Benchmarking;

/// <summary>Draws ranks 0 … count − 1, rank k with a share of (k + 1)^−exponent.</summary>
/// <remarks>Exact: the inverse of the cumulative shares, by binary search. Holds eight bytes a rank.</remarks>
internal sealed class ZipfSampler
{
    private readonly double[] _cumulative;

    public ZipfSampler(int count, double exponent)
    {
        _cumulative = new double[count];
        double sum = 0;
        for (int rank = 0; rank < count; rank++)
        {
            _cumulative[rank] = sum += Math.Pow(rank + 1, -exponent);
        }
    }

    /// <summary>The rank at <paramref name="uniform"/>, in [0, 1), of the cumulative shares.</summary>
    public int Draw(double uniform)
    {
        int at = Array.BinarySearch(_cumulative, uniform * _cumulative[^1]);
        // A hit is the end of a rank's share, which is the start of the next one's.
        return Math.Min(at < 0 ? ~at : at + 1, _cumulative.Length - 1);
    }
}
