using BenchmarkDotNet.Attributes;
using Freshet.Kernels;
using Freshet.Kernels.Rows;
using Freshet.Native.Memory;

namespace Freshet.Benchmarks;

/// <summary>
/// What a batch of 48,000 occurrences does with the rows of a table at D 16, T 2; ns per occurrence, or per row for the steps.
/// </summary>
/// <remarks>A gather reads 64 bytes a row. The steps run over the different rows of one batch, 20,000 rows a call.</remarks>
[MemoryDiagnoser]
[MinColumn]
[MedianColumn]
public class TableRowsBenchmarks
{
    private const int Batches = 20;
    private const int Dim = 16;
    private const int Tasks = 2;
    private const int Panel = 32;
    private const int StepRows = 20_000;
    private readonly float[] _activations = new float[TableDraws.BatchSize * Panel];
    private readonly float[] _logits = new float[TableDraws.BatchSize * Tasks];
    private readonly float[] _stepSums = new float[StepRows * (Dim + Tasks)];
    private readonly int[] _places = new int[TableDraws.BatchSize];
    private RowBlocks _vectors = null!;
    private RowBlocks _state = null!;
    private RowBlocks _accumulators = null!;
    private RowBlocks _wide = null!;
    private RowSums _sums = null!;
    private int[][] _rows = [];
    private int[][] _different = [];
    private int _batch;

    [Params(1_000_000, 20_000_000)]
    public int Rows { get; set; }

    [Params("uniform", "zipf 1.05")]
    public string Draw { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _rows = TableDraws.Rows(Rows, Draw != "uniform", Batches);
        _different = [.. TableDraws.Rows(Rows, Draw != "uniform", 2 * Batches).Chunk(2)
            .Select(pair => pair.SelectMany(rows => rows).Distinct().Take(StepRows).ToArray())];
        _activations.AsSpan().Fill(0.01f);
        _logits.AsSpan().Fill(0.01f);
        _stepSums.AsSpan().Fill(0.01f);
        (_vectors, _state, _accumulators, _wide) = (Filled(Dim), Filled(Dim), Filled(1), Filled(3 * Tasks));
        _sums = Sums();

        RowBlocks Filled(int stride)
        {
            var blocks = new RowBlocks(stride);
            blocks.Reserve(Rows);
            for (int row = 0; row < Rows; row++)
            {
                blocks.Row(row).Fill(0.1f);
            }

            return blocks;
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _vectors.Dispose();
        _state.Dispose();
        _accumulators.Dispose();
        _wide.Dispose();
        _sums.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = TableDraws.BatchSize)]
    public void CopyOneByOne()
    {
        int[] rows = _rows[_batch++ % Batches];
        for (int j = 0; j < rows.Length; j++)
        {
            _vectors.Row(rows[j]).CopyTo(_activations.AsSpan(j * Panel, Dim));
        }
    }

    [Benchmark(OperationsPerInvoke = TableDraws.BatchSize)]
    public void Gather() => RowGather.Copy(_vectors, _rows[_batch++ % Batches], 0, Dim, _activations, Panel);

    [Benchmark(OperationsPerInvoke = TableDraws.BatchSize)]
    public void SumVectors()
    {
        _sums.Begin(Rows);
        _sums.Add(_rows[_batch++ % Batches], [], _activations, Panel, [], 0, Dim);
    }

    [Benchmark(OperationsPerInvoke = TableDraws.BatchSize)]
    public void SumVectorsAndWide()
    {
        _sums.Begin(Rows);
        _sums.Use(_rows[_batch++ % Batches], _places);
        _sums.AddAt(_places, [], _activations, Panel, [], 0, Dim);
        _sums.AddAt(_places, [], _logits, Tasks, [], Dim, Tasks);
    }

    [Benchmark(OperationsPerInvoke = StepRows)]
    public void StepAdagrad() =>
        RowStep.Adagrad(_vectors, _state, _different[_batch++ % Batches], _stepSums, Dim + Tasks, 0, 1, new AdagradSettings());

    [Benchmark(OperationsPerInvoke = StepRows)]
    public void StepRowwiseAdagrad() =>
        RowStep.RowwiseAdagrad(_vectors, _accumulators, _different[_batch++ % Batches], _stepSums, Dim + Tasks, 0, 1, new AdagradSettings());

    [Benchmark(OperationsPerInvoke = StepRows)]
    public void StepWide() =>
        RowStep.Ftrl(_wide, _different[_batch++ % Batches], _stepSums, Dim + Tasks, Dim, 1, new FtrlSettings(0.1f), []);

    private static RowSums Sums() => new(Dim + Tasks);
}
