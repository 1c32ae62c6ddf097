using BenchmarkDotNet.Attributes;
using Freshet.Kernels;

namespace Freshet.Benchmarks;

/// <summary>
/// The three products of the first layer of <c>esmm</c> with 30 slots, D 16, 3 tasks, layers 64, 32 and batches of 512; and one
/// candidate alone. GFLOP/s = 2·M·N·K ÷ ns.
/// </summary>
[MemoryDiagnoser]
public class MatrixProductBenchmarks : IDisposable
{
    private readonly PackedMatrix _packed = new();
    private float[] _a = [];
    private float[] _b = [];
    private float[] _c = [];

    /// <summary>M × N × K: forward, weight gradient, input gradient, one candidate.</summary>
    [Params("512x384x480", "480x384x512", "512x480x384", "1x384x480")]
    public string Shape { get; set; } = "";

    private int Rows { get; set; }

    private int Columns { get; set; }

    private int Depth { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        int[] sizes = [.. Shape.Split('x').Select(size => int.Parse(size, System.Globalization.CultureInfo.InvariantCulture))];
        (Rows, Columns, Depth) = (sizes[0], sizes[1], sizes[2]);
        var random = new Random(42);
        _a = Fill(random, Rows * Depth);
        _b = Fill(random, Depth * Columns);
        _c = new float[Rows * Columns];
        _packed.Pack(_b, Depth, Columns, Columns, 1);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _packed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public void PlainLoops()
    {
        Array.Clear(_c);
        for (int row = 0; row < Rows; row++)
        {
            for (int k = 0; k < Depth; k++)
            {
                float x = _a[(row * Depth) + k];
                for (int column = 0; column < Columns; column++)
                {
                    _c[(row * Columns) + column] += x * _b[(k * Columns) + column];
                }
            }
        }
    }

    [Benchmark]
    public void Multiply() => MatrixProduct.Multiply(_a, Depth, 1, _packed, Rows, accumulate: false, _c, Columns);

    [Benchmark]
    public void PackAndMultiply()
    {
        _packed.Pack(_b, Depth, Columns, Columns, 1);
        MatrixProduct.Multiply(_a, Depth, 1, _packed, Rows, accumulate: false, _c, Columns);
    }

    private static float[] Fill(Random random, int length)
    {
        float[] values = new float[length];
        foreach (ref float value in values.AsSpan())
        {
            value = random.NextSingle() - 0.5f;
        }

        return values;
    }
}
