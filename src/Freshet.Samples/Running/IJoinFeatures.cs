using Freshet.Core.Events;
using Freshet.Core.Snapshots;

namespace Freshet.Samples.Running;

/// <summary>What takes the feature snapshots of a join: the feature stage, whose state moves together with that of the joiner.</summary>
public interface IJoinFeatures
{
    /// <summary>Appends the features of an impression, as of the events applied so far.</summary>
    void Snapshot(BehaviourEvent impression, SnapshotColumns destination);

    /// <summary>Lets an event that is no duplicate count.</summary>
    void Apply(BehaviourEvent e);

    /// <summary>Writes the whole state.</summary>
    void Save(Stream destination);

    /// <summary>Reads what <see cref="Save"/> wrote for the same scene.</summary>
    void Restore(Stream source);
}
