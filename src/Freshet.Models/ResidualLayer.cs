using Freshet.Kernels;

using SplitMix64 = Freshet.Kernels.SplitMix64;

namespace Freshet.Models;

/// <summary>
/// One layer of all T towers: <c>h' = ReLU(W h + b) + P h</c>, P the identity where In = Out and a learned projection otherwise.
/// </summary>
/// <remarks>
/// Weights are stored [In × Columns], W beside P, so that one product serves both. The first layer's towers share their input: its T matrices
/// stand side by side as one, [In × T·Columns], and the sum over tasks of the input's gradient runs inside the product.
/// Source: He et al., CVPR 2016, https://arxiv.org/abs/1512.03385; Deep Crossing, KDD 2016, for the setting.
/// </remarks>
internal sealed class ResidualLayer : IDisposable
{
    private readonly DenseParameters _parameters;
    private readonly int _in;
    private readonly int _out;
    private readonly int _towers;
    private readonly int _columns;
    private readonly int _products;
    private readonly int _width;
    private readonly PackedMatrix[] _packed;
    private readonly PackedMatrix _right = new();
    private float[] _transposed = [];

    public ResidualLayer(DenseParameters parameters, int inputs, int outputs, int towers, bool isShared)
    {
        _parameters = parameters;
        _in = inputs;
        _out = outputs;
        _towers = towers;
        IsShared = isShared;
        Projects = inputs != outputs;
        _columns = Projects ? 2 * outputs : outputs;
        _products = isShared ? 1 : towers;
        _width = isShared ? towers * _columns : _columns;
        Matrices = parameters.Reserve(inputs * towers * _columns);
        Biases = parameters.Reserve(towers * outputs);
        _packed = new PackedMatrix[_products];
        for (int product = 0; product < _products; product++)
        {
            _packed[product] = new PackedMatrix();
        }
    }

    /// <summary>Whether the towers read one input [Count × In]; otherwise each its own part of [Count × T·In].</summary>
    public bool IsShared { get; }

    /// <summary>[In × Columns] per tower, or [In × T·Columns] where they share.</summary>
    public DenseRange Matrices { get; }

    /// <summary>[T × Out].</summary>
    public DenseRange Biases { get; }

    /// <summary>Whether P is learned.</summary>
    public bool Projects { get; }

    private int InputStride => IsShared ? _in : _towers * _in;

    /// <summary>He for W, Glorot for P, tower by tower; biases stay 0.</summary>
    public void Initialize(ref SplitMix64 random)
    {
        float he = MathF.Sqrt(6f / _in), glorot = MathF.Sqrt(6f / (_in + _out));
        for (int tower = 0; tower < _towers; tower++)
        {
            for (int row = 0; row < _in; row++)
            {
                Span<float> weights = Row(tower, row);
                random.FillUniform(weights[.._out], he);
                random.FillUniform(weights[_out..], glorot);
            }
        }
    }

    /// <summary>Packs the weights for <see cref="Forward"/>; after every change of them.</summary>
    public void Pack()
    {
        for (int product = 0; product < _products; product++)
        {
            _packed[product].Pack(Matrix(product, _parameters.Weights(Matrices)), _in, _width, _width, 1);
        }
    }

    /// <summary>[Columns] row <paramref name="row"/> of a tower's [W | P].</summary>
    public Span<float> Row(int tower, int row)
    {
        int product = IsShared ? 0 : tower, column = IsShared ? tower * _columns : 0;
        return Matrix(product, _parameters.Weights(Matrices)).Slice((row * _width) + column, _columns);
    }

    /// <param name="input">[Count × In], or [Count × T·In] where the towers do not share.</param>
    /// <param name="count">Samples.</param>
    /// <param name="products">[Count × T·Columns], written: pre-activations, for <see cref="Backward"/>.</param>
    /// <param name="output">[Count × T·Out], written.</param>
    public void Forward(ReadOnlySpan<float> input, int count, Span<float> products, Span<float> output)
    {
        for (int product = 0; product < _products; product++)
        {
            MatrixProduct.Multiply(
                input[(product * _in)..], InputStride, 1, _packed[product], count, accumulate: false,
                products[(product * _width)..], _towers * _columns);
        }

        ReadOnlySpan<float> biases = _parameters.Weights(Biases);
        for (int sample = 0; sample < count; sample++)
        {
            for (int tower = 0; tower < _towers; tower++)
            {
                Span<float> product = products.Slice(((sample * _towers) + tower) * _columns, _columns);
                Span<float> y = output.Slice(((sample * _towers) + tower) * _out, _out);
                ReadOnlySpan<float> residual = Projects
                    ? product[_out..]
                    : input.Slice((sample * InputStride) + (IsShared ? 0 : tower * _in), _in);
                residual.CopyTo(y);
                ResidualActivation.Forward(product[.._out], y, biases.Slice(tower * _out, _out));
            }
        }
    }

    /// <param name="input">What <see cref="Forward"/> read.</param>
    /// <param name="count">Samples.</param>
    /// <param name="products">What <see cref="Forward"/> left; overwritten by its gradient.</param>
    /// <param name="outputGradient">[Count × T·Out].</param>
    /// <param name="inputGradient">[as input], written.</param>
    public void Backward(
        ReadOnlySpan<float> input, int count, Span<float> products, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        Gate(count, products, outputGradient);
        Span<float> gradients = _parameters.Gradients(Matrices);
        int stride = _towers * _columns;
        ModelWorkspace.Grow(ref _transposed, _in * count);
        for (int product = 0; product < _products; product++)
        {
            Span<float> right = products[(product * _width)..];
            _right.Pack(right, count, _width, stride, 1);
            MatrixTranspose.Copy(input[(product * _in)..], count, _in, InputStride, _transposed);
            MatrixProduct.Multiply(_transposed, count, 1, _right, _in, accumulate: true, Matrix(product, gradients), _width);
            _right.Pack(Matrix(product, _parameters.Weights(Matrices)), _width, _in, 1, _width);
            MatrixProduct.Multiply(
                right, stride, 1, _right, count, accumulate: false, inputGradient[(product * _in)..], InputStride);
        }

        if (!Projects)
        {
            AddIdentity(count, outputGradient, inputGradient);
        }
    }

    public void Dispose()
    {
        foreach (PackedMatrix packed in _packed)
        {
            packed.Dispose();
        }

        _right.Dispose();
    }

    private void Gate(int count, Span<float> products, ReadOnlySpan<float> outputGradient)
    {
        Span<float> biases = _parameters.Gradients(Biases);
        for (int sample = 0; sample < count; sample++)
        {
            for (int tower = 0; tower < _towers; tower++)
            {
                Span<float> product = products.Slice(((sample * _towers) + tower) * _columns, _columns);
                ReadOnlySpan<float> gradient = outputGradient.Slice(((sample * _towers) + tower) * _out, _out);
                ResidualActivation.Backward(product[.._out], biases.Slice(tower * _out, _out), gradient);
                if (Projects)
                {
                    gradient.CopyTo(product[_out..]);
                }
            }
        }
    }

    private void AddIdentity(int count, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        for (int sample = 0; sample < count; sample++)
        {
            for (int tower = 0; tower < _towers; tower++)
            {
                Vectors.Add(
                    inputGradient.Slice((sample * InputStride) + (IsShared ? 0 : tower * _in), _in),
                    outputGradient.Slice(((sample * _towers) + tower) * _out, _out));
            }
        }
    }

    private Span<float> Matrix(int product, Span<float> all) => all.Slice(product * _in * _width, _in * _width);
}
