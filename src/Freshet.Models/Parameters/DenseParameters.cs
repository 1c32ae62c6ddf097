using Freshet.Core;
using Freshet.Kernels;
using Freshet.Native;


namespace Freshet.Models.Parameters;

/// <summary>All parameters that are neither rows nor wide weights: weights, gradients and Adam's moments, each in one block of memory.</summary>
/// <remarks>
/// Blocks reserve their parts when a model is built, in a fixed order; then <see cref="Allocate"/> makes room for them. Files hold
/// the <see cref="Tensors"/>, by name and in the order and shape of docs/models.md, so the layout in memory may change without a new
/// format. Padding is 0 in all four, for ever.
/// </remarks>
internal sealed class DenseParameters : IDisposable
{
    /// <summary>Floats of one piece of an optimiser step that threads share.</summary>
    public const int StepLength = 1 << 14;

    private readonly AlignedBuffer _weights = new();
    private readonly AlignedBuffer _gradients = new();
    private readonly AlignedBuffer _firstMoments = new();
    private readonly AlignedBuffer _secondMoments = new();
    private readonly List<DenseTensor> _tensors = [];
    private readonly FrozenRanges _frozen = new();
    private long _length;

    /// <summary>Adam steps taken.</summary>
    public long Steps { get; set; }

    /// <summary>The parameters by name.</summary>
    public IReadOnlyList<DenseTensor> Tensors => _tensors;

    /// <summary>Parameters, without padding.</summary>
    public int Count => _tensors.Sum(tensor => tensor.Count);

    /// <summary>Pieces of <see cref="Step"/>.</summary>
    public int StepCount => (int)((_weights.Length + StepLength - 1) / StepLength);

    /// <summary>Reserves a matrix of zeros.</summary>
    public PanelMatrix Matrix(int rows, int columns, int width = PanelMatrix.Wide) =>
        new(_weights, Reserve(PanelMatrix.Size(rows, columns, width)), rows, columns, width);

    /// <summary>Reserves <paramref name="length"/> zeros, padded to whole panels.</summary>
    public DenseRange Vector(int length) =>
        new((int)Reserve(PanelMatrix.RoundUp(length, PanelMatrix.Wide)), PanelMatrix.RoundUp(length, PanelMatrix.Wide));

    /// <summary>Increments learn nothing of some rows of a matrix: neither weights nor moments change, and their gradients do not count in the norm.</summary>
    public void Freeze(PanelMatrix matrix, int row, int count)
    {
        for (int panel = 0; panel < matrix.Panels; panel++)
        {
            _frozen.Add(matrix.Offset(row, panel * matrix.Width), count * matrix.Width);
        }
    }

    /// <summary>Makes room for all that was reserved: once, after the last reservation and before anything is read or written.</summary>
    public void Allocate()
    {
        _weights.Grow(_length);
        _gradients.Grow(_length);
        _firstMoments.Grow(_length);
        _secondMoments.Grow(_length);
    }

    /// <summary>Gives a part of what was reserved its name, shape and initial values.</summary>
    /// <param name="name">As in docs/models.md.</param>
    /// <param name="rows">Rows of the tensor; 1 for a vector.</param>
    /// <param name="columns">Columns of the tensor.</param>
    /// <param name="at">Float at which its element (row, column) lies.</param>
    /// <param name="bound">Initial values are uniform in ±bound; 0 for zeros.</param>
    /// <param name="start">Added to initial values.</param>
    public void Name(string name, int rows, int columns, Func<int, int, long> at, float bound, float start = 0) =>
        _tensors.Add(new DenseTensor(name, rows, columns, at, bound, start));

    /// <summary>Names a vector that was reserved.</summary>
    public void Name(string name, DenseRange range, int length, float bound, float start = 0) =>
        Name(name, 1, length, (_, column) => range.Start + column, bound, start);

    /// <summary>Names a matrix by its own rows and columns.</summary>
    public void Name(string name, PanelMatrix matrix, float bound) => Name(name, matrix.Rows, matrix.Columns, matrix.Offset, bound);

    /// <summary>Names a matrix that lies transposed in a part of <paramref name="matrix"/>: the tensor is [outputs × inputs], the part [inputs × outputs].</summary>
    public void NameTransposed(string name, PanelMatrix matrix, int firstColumn, int outputs, float bound) =>
        Name(name, outputs, matrix.Rows, (row, column) => matrix.Offset(column, firstColumn + row), bound);

    /// <summary>Whether all weights and moments are finite.</summary>
    public bool IsFinite() => IsFinite(_weights) && IsFinite(_firstMoments) && IsFinite(_secondMoments);

    /// <summary>Draws initial values, for each tensor from its own seed: a block more or less changes no other.</summary>
    public void Initialize(ulong seed)
    {
        foreach (DenseTensor tensor in _tensors)
        {
            float[] values = new float[tensor.Count];
            new SplitMix64(SplitMix64.Mix(seed, new FeatureHash(tensor.Name).Of(""))).FillUniform(values, tensor.Bound);
            foreach (ref float value in values.AsSpan())
            {
                value += tensor.Start;
            }

            tensor.Write(this, 0, values);
        }
    }

    public Span<float> Weights(DenseRange range) => _weights.Slice(range.Start, range.Length);

    public Span<float> Gradients(DenseRange range) => _gradients.Slice(range.Start, range.Length);

    /// <summary>The gradient of a matrix of this object.</summary>
    public PanelMatrix Gradient(PanelMatrix weights) => weights with { Buffer = _gradients };

    /// <summary>Element <paramref name="at"/> of weights (0), first moments (1), second moments (2) or gradients (3).</summary>
    public ref float Element(int kind, long at) => ref (kind switch
    {
        0 => _weights,
        1 => _firstMoments,
        2 => _secondMoments,
        _ => _gradients,
    }).Slice(at, 1)[0];

    public DenseTensor Find(string name) => _tensors.Find(tensor => tensor.Name == name)
        ?? throw new ArgumentException($"There is no parameter '{name}'; there are {string.Join(", ", _tensors.Select(tensor => tensor.Name))}.", nameof(name));

    /// <summary>
    /// Sum of the squares of the gradients of one piece, each element of them as far as its 16 lanes go. In increments the gradients of what is
    /// frozen become 0 before.
    /// </summary>
    public float SquaredNorm(int piece, LearnPhase phase)
    {
        Span<float> gradients = Piece(_gradients, piece);
        if (phase == LearnPhase.Increment)
        {
            _frozen.Clear(gradients, (long)piece * StepLength);
        }

        return Kernels.Vectors.Dot(gradients, gradients);
    }

    /// <summary>Adam on one piece, for step <see cref="Steps"/> + 1; in increments without what is frozen.</summary>
    public void Step(int piece, float gradientScale, AdamSettings settings, LearnPhase phase)
    {
        long start = (long)piece * StepLength, end = Math.Min(start + StepLength, _weights.Length);
        while (start < end)
        {
            long free = phase == LearnPhase.Increment ? _frozen.NextFree(ref start, end) : end;
            int length = (int)(free - start);
            Adam.Step(
                _weights.Slice(start, length), _firstMoments.Slice(start, length), _secondMoments.Slice(start, length),
                _gradients.Slice(start, length), gradientScale, Steps + 1, settings);
            start = free;
        }
    }

    public void CopyFrom(DenseParameters other)
    {
        _weights.CopyFrom(other._weights, other._weights.Length);
        _firstMoments.CopyFrom(other._firstMoments, other._weights.Length);
        _secondMoments.CopyFrom(other._secondMoments, other._weights.Length);
        Steps = other.Steps;
    }

    /// <summary>A copy of the weights alone, as forward passes read them.</summary>
    public float[] CopyWeights() => _weights.Slice(0, (int)_weights.Length).ToArray();

    /// <summary>Overwrites the weights with what <see cref="CopyWeights"/> copied.</summary>
    public void SetWeights(ReadOnlySpan<float> weights) => weights.CopyTo(_weights.Slice(0, (int)_weights.Length));

    /// <summary>A copy of weights, moments and steps.</summary>
    public DensePoint Save()
    {
        var point = new DensePoint(Steps);
        point.Weights.CopyFrom(_weights, _weights.Length);
        point.FirstMoments.CopyFrom(_firstMoments, _weights.Length);
        point.SecondMoments.CopyFrom(_secondMoments, _weights.Length);
        return point;
    }

    /// <summary>Becomes what <see cref="Save"/> copied.</summary>
    public void Return(DensePoint point)
    {
        _weights.CopyFrom(point.Weights, _weights.Length);
        _firstMoments.CopyFrom(point.FirstMoments, _weights.Length);
        _secondMoments.CopyFrom(point.SecondMoments, _weights.Length);
        Steps = point.Steps;
    }

    public void Dispose()
    {
        _weights.Dispose();
        _gradients.Dispose();
        _firstMoments.Dispose();
        _secondMoments.Dispose();
    }

    private static Span<float> Piece(AlignedBuffer buffer, int piece)
    {
        long start = (long)piece * StepLength;
        return buffer.Slice(start, (int)Math.Min(StepLength, buffer.Length - start));
    }

    private long Reserve(long length)
    {
        long start = _length;
        _length += length;
        return start;
    }

    private static bool IsFinite(AlignedBuffer buffer)
    {
        for (long start = 0; start < buffer.Length; start += StepLength)
        {
            if (!Finite.All(buffer.Slice(start, (int)Math.Min(StepLength, buffer.Length - start))))
            {
                return false;
            }
        }

        return true;
    }
}
