using Freshet.Core.Events;
using Freshet.Core.Time;
using Freshet.Features;
using Freshet.Samples;

namespace Freshet.Pipeline.Intake;

/// <summary>Feature vectors that were scored for impressions to come; what was never served is taken when the impression comes.</summary>
internal sealed class ServedFeatures(FeatureStage stage, SampleTable table, IReadOnlyList<IPipelineObserver> observers) : IFeatureIntake
{
    private readonly StageFeatures _taken = new(stage, table);
    private readonly Dictionary<IdentityKey, int> _served = [];

    /// <summary>Says that <paramref name="row"/> is the vector of an impression to come.</summary>
    public void Serve(IdentityKey identity, int row) => _served[identity] = row;

    public int Take(BehaviourEvent impression, EventTime time)
    {
        int row = _served.Remove(IdentityKey.Of(impression), out int known) ? known : _taken.Take(impression, time);
        foreach (IPipelineObserver observer in observers)
        {
            observer.OnFeatures(impression, row);
        }

        return row;
    }

    public void Apply(BehaviourEvent e, EventTime time) => _taken.Apply(e, time);

    public void Save(BinaryWriter writer)
    {
        writer.Write(_served.Count);
        foreach ((IdentityKey identity, int row) in _served)
        {
            writer.Write(identity.High);
            writer.Write(identity.Low);
            writer.Write(row);
        }
    }

    public void Restore(BinaryReader reader)
    {
        _served.Clear();
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            _served[new IdentityKey(reader.ReadUInt64(), reader.ReadUInt64())] = reader.ReadInt32();
        }
    }
}
