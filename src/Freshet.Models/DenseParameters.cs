using Freshet.Kernels;

namespace Freshet.Models;

/// <summary>All parameters that are neither rows nor wide weights, in one array each with gradients and Adam's moments.</summary>
/// <remarks>Blocks reserve their parts when a model is built, in a fixed order; that order is the layout of the file (docs/formats.md).</remarks>
internal sealed class DenseParameters
{
    private float[] _weights = [];
    private float[] _gradients = [];
    private float[] _firstMoments = [];
    private float[] _secondMoments = [];

    public int Count => _weights.Length;

    /// <summary>Adam steps taken.</summary>
    public long Steps { get; private set; }

    public Span<float> FirstMoments => _firstMoments;

    public Span<float> SecondMoments => _secondMoments;

    /// <summary>Reserves <paramref name="length"/> parameters, all 0.</summary>
    public DenseRange Reserve(int length)
    {
        var range = new DenseRange(_weights.Length, length);
        Array.Resize(ref _weights, _weights.Length + length);
        Array.Resize(ref _gradients, _weights.Length);
        Array.Resize(ref _firstMoments, _weights.Length);
        Array.Resize(ref _secondMoments, _weights.Length);
        return range;
    }

    public Span<float> All() => _weights;

    public Span<float> Weights(DenseRange range) => _weights.AsSpan(range.Start, range.Length);

    public Span<float> Gradients(DenseRange range) => _gradients.AsSpan(range.Start, range.Length);

    public void ClearGradients() => _gradients.AsSpan().Clear();

    public bool GradientsAreFinite() => Vectors.AllFinite(_gradients);

    /// <summary>One Adam step with the gradients divided by <paramref name="count"/>, over all parameters.</summary>
    public void Step(int count, AdamSettings settings) =>
        Adam.Step(_weights, _firstMoments, _secondMoments, _gradients, 1f / count, ++Steps, settings);

    public void CopyFrom(DenseParameters other)
    {
        other._weights.AsSpan().CopyTo(_weights);
        other._firstMoments.AsSpan().CopyTo(_firstMoments);
        other._secondMoments.AsSpan().CopyTo(_secondMoments);
        Steps = other.Steps;
    }

    public void Restore(long steps) => Steps = steps;
}
