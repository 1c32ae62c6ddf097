namespace Freshet.Training.DelayedFeedback;

/// <summary>Gives a row no weight for the tasks that it does not teach.</summary>
internal sealed class TaughtTasks(int tasks)
{
    private readonly float[] _weights = new float[tasks];

    /// <summary>[T] weights, empty for 1 each; good until the next call.</summary>
    /// <param name="taught">Bit t: the row teaches task t.</param>
    /// <param name="weights">The row's own weights, empty for 1 each.</param>
    public ReadOnlySpan<float> Weigh(uint taught, ReadOnlySpan<float> weights)
    {
        if (taught == uint.MaxValue)
        {
            return weights;
        }

        for (int task = 0; task < _weights.Length; task++)
        {
            _weights[task] = (taught >> task & 1) == 0 ? 0 : weights.IsEmpty ? 1 : weights[task];
        }

        return _weights;
    }
}
