using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Freshet.Embeddings;

namespace Freshet.Benchmarks;

/// <summary>
/// A table that admits ids until it has 20 million rows at D 16, T 2, Adagrad: how long the longest admissions took, and what a row
/// takes. The log has what no column can show.
/// </summary>
/// <remarks>
/// <c>--filter '*TableGrowth*' -i --strategy Monitoring --warmupCount 0 --iterationCount 2</c>. Times of single admissions hold whatever else the
/// machine did meanwhile; the bound on the work is in IdIndexTests.
/// </remarks>
[MemoryDiagnoser]
public class TableGrowthBenchmarks
{
    private const double RowBytes = (2 * 64) + 24;
    private readonly long[] _ticks = new long[64];
    private EmbeddingTable _table = Create();

    [Params(20_000_000)]
    public int Rows { get; set; }

    [GlobalCleanup]
    public void Cleanup() => _table.Dispose();

    [Benchmark]
    public void Admit()
    {
        _table.Dispose();
        _table = Create();
        Array.Clear(_ticks);
        for (int row = 0; row < Rows; row++)
        {
            long before = Stopwatch.GetTimestamp();
            _table.Sight(TableDraws.Id(row), 1);
            _ticks[(int)Math.Log2(1 + Stopwatch.GetElapsedTime(before).TotalMicroseconds)]++;
        }

        Console.WriteLine($"// {_table.Bytes / (double)Rows:F1} bytes a row, {_table.Bytes / (double)Rows / RowBytes:F3} of its floats");
        for (int power = 0; power < _ticks.Length; power++)
        {
            if (_ticks[power] > 0)
            {
                Console.WriteLine($"// {_ticks[power]} admissions took {(1L << power) - 1} µs or more, less than {(2L << power) - 1}");
            }
        }
    }

    private static EmbeddingTable Create() => new(new EmbeddingTableOptions { Name = "items", Dim = 16, Tasks = 2 });
}
