namespace Freshet.Models;

/// <summary>Where a block's parameters lie in <see cref="DenseParameters"/>.</summary>
internal readonly record struct DenseRange(int Start, int Length)
{
    /// <summary>Part <paramref name="index"/> of equal parts of <paramref name="length"/>.</summary>
    public DenseRange Part(int index, int length) => new(Start + (index * length), length);
}
