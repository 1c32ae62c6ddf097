using BenchmarkDotNet.Attributes;
using Freshet.Kernels;
using Freshet.Native;

namespace Freshet.Benchmarks;

/// <summary>
/// The three products of a layer, one thread: forward, gradient of the input (with the transposition of W that it needs) and gradient of the
/// weights, each of 2·512·K·N FLOP; and the machine's ceiling, as many FMAs from registers.
/// </summary>
public class PanelProductBenchmarks
{
    private const int Batch = 512;
    private static readonly AlignedBuffer s_buffer = new();
    private PanelMatrix _input;
    private PanelMatrix _weights;
    private PanelMatrix _transposed;
    private PanelMatrix _output;
    private PanelMatrix _inputGradient;
    private PanelMatrix _weightGradient;

    /// <summary>Shapes of [inputs, outputs]: those of the default network, and an attention.</summary>
    public static IEnumerable<string> Shapes => ["430x256", "256x128", "128x64", "32x16"];

    [ParamsSource(nameof(Shapes))]
    public string Shape { get; set; } = "";

    private int Inputs => int.Parse(Shape.AsSpan(0, Shape.IndexOf('x', StringComparison.Ordinal)), provider: null);

    private int Outputs => int.Parse(Shape.AsSpan(Shape.IndexOf('x', StringComparison.Ordinal) + 1), provider: null);

    [GlobalSetup]
    public void Setup()
    {
        long at = 0;
        int width = Outputs > PanelMatrix.Narrow ? PanelMatrix.Wide : PanelMatrix.Narrow;
        _input = Next(Batch, Inputs, PanelMatrix.Wide, ref at);
        _weights = Next(Inputs, Outputs, width, ref at);
        _output = Next(Batch, Outputs, width, ref at);
        _transposed = Next(Outputs, Inputs, PanelMatrix.Wide, ref at);
        _inputGradient = Next(Batch, Inputs, PanelMatrix.Wide, ref at);
        _weightGradient = Next(Inputs, Outputs, width, ref at);
        s_buffer.Grow(at);
        var random = new Random(1);
        foreach (ref float value in s_buffer.Slice(0, (int)at))
        {
            value = random.NextSingle() - 0.5f;
        }
    }

    /// <summary>As many FLOP as each of the others, from registers.</summary>
    [Benchmark(Baseline = true)]
    public float Ceiling()
    {
        double flop = 2.0 * Batch * Inputs * Outputs;
        long perRound = FmaPeak.Run(1, out _);
        _ = FmaPeak.Run((int)(flop / perRound), out float result);
        return result;
    }

    [Benchmark]
    public void Forward() => PanelProduct.Multiply(_input, _weights, 0, 0, Batch, accumulate: false, _output);

    [Benchmark]
    public void InputGradient()
    {
        PanelProduct.Transpose(_weights, 0, _transposed, 0, _transposed.Rows);
        PanelProduct.Multiply(_output, _transposed, 0, 0, Batch, accumulate: false, _inputGradient);
    }

    [Benchmark]
    public void WeightGradient() => PanelProduct.MultiplyTransposed(_input, _output, Batch, accumulate: false, _weightGradient);

    private PanelMatrix Next(int rows, int columns, int width, ref long at)
    {
        var matrix = new PanelMatrix(s_buffer, at, rows, columns, width);
        at += matrix.Length;
        return matrix;
    }
}
