using Freshet.Core.Events;

namespace Freshet.Pipeline.Intake;

/// <summary>The side of intake that keeps feature vectors: on the thread of the stream, on another, or not at all.</summary>
public interface IFeatureIntake
{
    /// <summary>Takes the feature vector of an impression, as of the events applied so far.</summary>
    /// <returns>Its row, 0, 1, 2, … in the order of the calls unless the vector was there already.</returns>
    int Take(BehaviourEvent impression);

    /// <summary>Lets an event count in features to come; after <see cref="Take"/> of the same event.</summary>
    void Apply(BehaviourEvent e);
}

/// <summary>Rows without feature vectors, for joins that ask for labels alone.</summary>
public sealed class RowNumbers : IFeatureIntake
{
    private int _rows;

    /// <inheritdoc/>
    public int Take(BehaviourEvent impression) => _rows++;

    /// <inheritdoc/>
    public void Apply(BehaviourEvent e)
    {
    }
}
