using BenchmarkDotNet.Attributes;
using Freshet.Embeddings;

namespace Freshet.Benchmarks;

/// <summary>
/// What it costs an increment to begin again from the base: all of it, or what the last increment changed. D 16, T 2, Adagrad.
/// </summary>
[MemoryDiagnoser]
[MinColumn]
[MedianColumn]
public class TableRestartBenchmarks
{
    private readonly int[] _changed = new int[100_000];
    private readonly EmbeddingTable _base = Create();
    private readonly EmbeddingTable _increment = Create();

    [Params(1_000_000, 20_000_000)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        for (int row = 0; row < Rows; row++)
        {
            _base.Sight(TableDraws.Id(row), 1);
        }

        var random = new Random(1);
        foreach (ref int row in _changed.AsSpan())
        {
            row = random.Next(Rows);
        }

        _base.ClearChanges();
        _increment.CopyFrom(_base);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _base.Dispose();
        _increment.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void All()
    {
        _increment.ClearChanges(); // what was changed is forgotten
        _increment.CopyFrom(_base);
    }

    /// <summary>100,000 rows changed and 1,000 ids admitted.</summary>
    [Benchmark]
    public void Changed()
    {
        _increment.MarkChanged(_changed);
        for (ulong id = 0; id < 1000; id++)
        {
            _increment.Sight(id, 1);
        }

        _increment.CopyFrom(_base);
    }

    private static EmbeddingTable Create() => new(new EmbeddingTableOptions { Name = "items", Dim = 16, Tasks = 2 });
}
