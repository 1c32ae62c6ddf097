using BenchmarkDotNet.Attributes;
using Freshet.Native.Ids;

namespace Freshet.Benchmarks;

/// <summary>
/// From the ids of a batch to row numbers; ns per id. Batches change, so nothing but the popular ids stays in the caches.
/// </summary>
[MemoryDiagnoser]
[MinColumn]
[MedianColumn]
public class TableLookupBenchmarks
{
    private const int Batches = 20;
    private readonly int[] _rows = new int[TableDraws.BatchSize];
    private ulong[][] _ids = [];
    private ulong[][] _unknown = [];
    private IdIndex? _index;
    private int _batch;

    [Params(1_000_000, 20_000_000)]
    public int Rows { get; set; }

    [Params("uniform", "zipf 1.05")]
    public string Draw { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _ids = [.. TableDraws.Rows(Rows, Draw != "uniform", Batches).Select(rows => rows.Select(TableDraws.Id).ToArray())];
        _unknown = [.. TableDraws.Rows(Rows, Draw != "uniform", Batches).Select(rows => rows.Select(row => TableDraws.Id(-1 - row)).ToArray())];
        _index = Filled(Rows);
    }

    [GlobalCleanup]
    public void Cleanup() => _index!.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = TableDraws.BatchSize)]
    public void FindOneByOne()
    {
        ulong[] ids = _ids[_batch++ % Batches];
        for (int i = 0; i < ids.Length; i++)
        {
            _rows[i] = _index!.Find(ids[i]);
        }
    }

    [Benchmark(OperationsPerInvoke = TableDraws.BatchSize)]
    public void FindBatch() => _index!.Find(_ids[_batch++ % Batches], _rows);

    [Benchmark(OperationsPerInvoke = TableDraws.BatchSize)]
    public void FindUnknown() => _index!.Find(_unknown[_batch++ % Batches], _rows);

    private static IdIndex Filled(int rows)
    {
        var index = new IdIndex();
        for (int row = 0; row < rows; row++)
        {
            index.Add(TableDraws.Id(row));
        }

        return index;
    }
}
