using Freshet.Scenes;

namespace Freshet.Samples.Attribution;

/// <summary>Turns the events of one identity, oldest first, into labels, label times and label values.</summary>
/// <remarks>
/// Events come in order of (at, event_id), so the first that sets a label is its earliest; a sum runs over the events inside
/// the label's time only. One is filled again and again: it belongs to one thread.
/// </remarks>
internal sealed class LabelTree
{
    private readonly Behaviour[] _behaviours;
    private readonly int[] _types;
    private readonly uint[] _sets;
    private readonly double[] _sums;
    private readonly long[] _times;
    private readonly double[] _values;
    private readonly long[] _ends;

    public LabelTree(Scene scene, IReadOnlyList<string> eventTypes)
    {
        _behaviours = [.. scene.Behaviours];
        _types = [.. _behaviours.Select(behaviour => IndexOf(eventTypes, behaviour.EventType))];
        _sets = new uint[_behaviours.Length];
        _sums = new double[_behaviours.Length];
        _times = new long[_behaviours.Length];
        _values = new double[_behaviours.Length];
        _ends = new long[_behaviours.Length];
        for (int i = 0; i < _behaviours.Length; i++)
        {
            _sets[i] = 1u << i;
            for (int parent = _behaviours[i].Parent; parent >= 0 && _behaviours[i].ImplyParents; parent = _behaviours[parent].Parent)
            {
                _sets[i] |= 1u << parent;
            }
        }
    }

    /// <summary>[B] the labels that a behaviour makes 1: its own, and its ancestors' unless it implies none.</summary>
    public ReadOnlySpan<uint> Sets => _sets;

    /// <summary>Bit i: the label of behaviour i.</summary>
    public uint Labels { get; private set; }

    /// <summary>[B] label times; <see cref="SampleDay.NoTime"/> where the label is 0.</summary>
    public ReadOnlySpan<long> Times => _times;

    /// <summary>[B] values of the events that made the labels.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>Begins an identity: no label is set, and behaviour i counts before <c>Ends[i]</c>.</summary>
    /// <returns>[B] Ends, to be filled.</returns>
    public Span<long> Begin()
    {
        Labels = 0;
        Array.Clear(_sums);
        Array.Fill(_times, SampleDay.NoTime);
        Array.Fill(_values, double.NaN);
        return _ends;
    }

    /// <summary>Takes the next event, which is not earlier than the impression.</summary>
    public void Add(int type, long at, double value)
    {
        for (int i = 0; i < _types.Length; i++)
        {
            if (_types[i] == type && at < _ends[i] && (Labels >> i & 1) == 0 && IsMet(i, value))
            {
                Set(_sets[i] & ~Labels, at, value);
            }
        }
    }

    private bool IsMet(int behaviour, double value)
    {
        BehaviourCondition condition = _behaviours[behaviour].Condition;
        if (condition.Kind != ConditionKind.SumOfValues)
        {
            return condition.IsMetBy(value);
        }

        if (double.IsNaN(value))
        {
            return false; // a heartbeat without a value adds nothing and completes nothing
        }

        _sums[behaviour] += value;
        return condition.IsMetBy(_sums[behaviour]);
    }

    private void Set(uint labels, long at, double value)
    {
        Labels |= labels;
        for (int i = 0; i < _times.Length; i++)
        {
            if ((labels >> i & 1) != 0)
            {
                _times[i] = at;
                _values[i] = value;
            }
        }
    }

    private static int IndexOf(IReadOnlyList<string> eventTypes, string type)
    {
        for (int i = 0; i < eventTypes.Count; i++)
        {
            if (eventTypes[i] == type)
            {
                return i;
            }
        }

        return -1;
    }
}
