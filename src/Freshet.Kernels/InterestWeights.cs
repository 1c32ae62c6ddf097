namespace Freshet.Kernels;

/// <summary>What <see cref="InterestUnit"/> makes of its hidden units. A is rounded up to blocks of 16, and what is padding is 0.</summary>
public readonly ref struct InterestWeights
{
    /// <summary>[A] z.</summary>
    public required ReadOnlySpan<float> Z { get; init; }

    /// <summary>[A] slopes of PReLU below 0.</summary>
    public required ReadOnlySpan<float> Slopes { get; init; }
}
