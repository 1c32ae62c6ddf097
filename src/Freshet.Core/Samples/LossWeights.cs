namespace Freshet.Core.Samples;

/// <summary>The weights of the samples' losses, one a task, as a column that is not there while all are 1.</summary>
/// <remarks><see cref="Clear"/> keeps the buffer. Not thread-safe.</remarks>
/// <param name="tasks">T.</param>
public sealed class LossWeights(int tasks)
{
    private float[] _weights = [];
    private int _count;

    /// <summary>Whether a sample has weights of its own.</summary>
    public bool Any { get; private set; }

    /// <summary>[samples × T]; empty where all are 1. Good until the column changes.</summary>
    public Span<float> All => Any ? _weights.AsSpan(0, _count * tasks) : [];

    /// <summary>[T] weights of a sample; empty, for every sample, where all are 1.</summary>
    public ReadOnlySpan<float> Of(int sample) => Any ? _weights.AsSpan(sample * tasks, tasks) : [];

    /// <summary>Whether weights are those of a sample: T of them, or none.</summary>
    public bool Fit(ReadOnlySpan<float> weights) => weights.IsEmpty || weights.Length == tasks;

    /// <summary>Appends the weights of a sample.</summary>
    /// <param name="weights">[T]; empty: 1 each.</param>
    public void Add(ReadOnlySpan<float> weights)
    {
        if (Any || !weights.IsEmpty)
        {
            _ = Use();
            GrowingArray.Reserve(ref _weights, (_count + 1) * tasks);
            Span<float> place = _weights.AsSpan(_count * tasks, tasks);
            if (weights.IsEmpty)
            {
                place.Fill(1);
            }
            else
            {
                weights.CopyTo(place);
            }
        }

        _count++;
    }

    /// <summary>[samples × T] weights to be changed; 1 each where there were none.</summary>
    public Span<float> Use()
    {
        if (!Any)
        {
            GrowingArray.Reserve(ref _weights, _count * tasks);
            _weights.AsSpan(0, _count * tasks).Fill(1);
            Any = true;
        }

        return All;
    }

    /// <summary>Removes all; the buffer stays.</summary>
    public void Clear()
    {
        _count = 0;
        Any = false;
    }

    /// <summary>The buffer itself, for whoever brings columns into another order.</summary>
    internal ref float[] Buffer => ref _weights;
}
