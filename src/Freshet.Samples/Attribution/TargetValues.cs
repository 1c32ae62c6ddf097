using Freshet.Scenes;

namespace Freshet.Samples.Attribution;

/// <summary>Turns the events of one identity, oldest first, into the targets of the scene's regressions.</summary>
/// <remarks>Filled again and again: it belongs to one thread.</remarks>
internal sealed class TargetValues
{
    private readonly Regression[] _regressions;
    private readonly int[] _types;
    private readonly double[] _values;
    private readonly float[] _targets;
    private readonly long[] _ends;

    public TargetValues(Scene scene, IReadOnlyList<string> eventTypes)
    {
        _regressions = [.. scene.Regressions];
        _types = [.. _regressions.Select(regression => eventTypes.ToList().IndexOf(regression.EventType))];
        _values = new double[_regressions.Length];
        _targets = new float[_regressions.Length];
        _ends = new long[_regressions.Length];
    }

    /// <summary>Event type of each regression.</summary>
    public ReadOnlySpan<int> Types => _types;

    /// <summary>Begins an identity: no event has come, and those of regression i count before <c>Ends[i]</c>.</summary>
    /// <returns>[R] Ends, to be filled.</returns>
    public Span<long> Begin()
    {
        Array.Fill(_values, double.NaN);
        return _ends;
    }

    /// <summary>Takes the next event, which is not earlier than the impression.</summary>
    public void Add(int type, long at, double value)
    {
        if (double.IsNaN(value))
        {
            return; // an event without a value tells no number
        }

        for (int i = 0; i < _types.Length; i++)
        {
            if (_types[i] == type && at < _ends[i])
            {
                _values[i] = double.IsNaN(_values[i]) ? value : _regressions[i].Aggregate switch
                {
                    TargetAggregate.Sum => _values[i] + value,
                    TargetAggregate.Max => Math.Max(_values[i], value),
                    _ => value,
                };
            }
        }
    }

    /// <summary>[R] targets of the identity; NaN where there is none, or one that no float can hold.</summary>
    /// <param name="isFinal">Whether all events have come, so that a missing one is known to be missing.</param>
    public ReadOnlySpan<float> End(bool isFinal = true)
    {
        for (int i = 0; i < _targets.Length; i++)
        {
            bool isZero = isFinal && double.IsNaN(_values[i]) && _regressions[i].Absent == AbsentTarget.Zero;
            float target = isZero ? 0 : (float)_values[i];
            _targets[i] = float.IsFinite(target) ? target : float.NaN;
        }

        return _targets;
    }
}
