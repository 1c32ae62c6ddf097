namespace Freshet.Models.Parameters;

/// <summary>Where a vector of a block lies in <see cref="DenseParameters"/>, padding included.</summary>
internal readonly record struct DenseRange(int Start, int Length)
{
    /// <summary>Part <paramref name="index"/> of equal parts of <paramref name="length"/>.</summary>
    public DenseRange Part(int index, int length) => new(Start + (index * length), length);
}
