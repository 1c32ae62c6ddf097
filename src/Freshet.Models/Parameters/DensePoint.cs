using Freshet.Native;

namespace Freshet.Models.Parameters;

/// <summary>A copy of all dense parameters: weights, both moments of Adam, and steps.</summary>
/// <param name="steps">Steps taken when it was made.</param>
internal sealed class DensePoint(long steps) : IDisposable
{
    public AlignedBuffer Weights { get; } = new();

    public AlignedBuffer FirstMoments { get; } = new();

    public AlignedBuffer SecondMoments { get; } = new();

    public long Steps => steps;

    public long Bytes => (Weights.Length + FirstMoments.Length + SecondMoments.Length) * sizeof(float);

    public void Dispose()
    {
        Weights.Dispose();
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }
}
