using Freshet.Core;

namespace Freshet.Benchmarks;

/// <summary>Which rows the batches of a benchmark use: all alike, or as people and items are, a few very often.</summary>
internal static class TableDraws
{
    /// <summary>Ids in a batch: 2,048 samples of 24 slots, less a few.</summary>
    public const int BatchSize = 48_000;

    private const double Exponent = 1.05;

    /// <summary>The id of a row.</summary>
    public static ulong Id(int row) => SplitMix64.Mix(7, (ulong)row);

    /// <summary>Batches of rows of a table.</summary>
    public static int[][] Rows(int tableRows, bool isZipf, int batches)
    {
        var random = new Random(42);
        int[][] rows = new int[batches][];
        for (int batch = 0; batch < batches; batch++)
        {
            rows[batch] = new int[BatchSize];
            foreach (ref int row in rows[batch].AsSpan())
            {
                row = isZipf ? Zipf(random, tableRows) : random.Next(tableRows);
            }
        }

        return rows;
    }

    /// <summary>A number below <paramref name="count"/>, n with a chance about as (n + 1)^−<paramref name="exponent"/>.</summary>
    public static int Zipf(Random random, int count, double exponent = Exponent)
    {
        // By inverting the distribution of its continuous twin.
        double top = Math.Pow(count, 1 - exponent);
        return (int)Math.Min(count - 1, Math.Pow(1 - (random.NextDouble() * (1 - top)), 1 / (1 - exponent)) - 1);
    }
}
