namespace Freshet.Training;

/// <summary>How the loss falls while a model learns: its mean over every ten steps, each batch judged before it was learnt.</summary>
/// <remarks>Steps of one pass see every sample for the first time, so this is progressive validation. Grows with the steps; not thread-safe.</remarks>
public sealed class LossCurve
{
    /// <summary>Steps of one point.</summary>
    public const int StepsPerPoint = 10;

    private readonly List<double> _means = [];
    private double _sum;
    private int _steps;

    /// <summary>One point for every <see cref="StepsPerPoint"/> steps; steps after the last whole point are not in it.</summary>
    public IReadOnlyList<double> Means => _means;

    /// <summary>Writes the curve for a checkpoint.</summary>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_sum);
        writer.Write(_steps);
        writer.Write(_means.Count);
        foreach (double mean in _means)
        {
            writer.Write(mean);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (_sum, _steps) = (reader.ReadDouble(), reader.ReadInt32());
        _means.Clear();
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            _means.Add(reader.ReadDouble());
        }
    }

    internal void Add(double loss)
    {
        _sum += loss;
        if (++_steps == StepsPerPoint)
        {
            _means.Add(_sum / StepsPerPoint);
            (_sum, _steps) = (0, 0);
        }
    }
}
