using Freshet.Core.Events;
using Freshet.Core.Time;

namespace Freshet.Pipeline.Intake;

/// <summary>The side of intake that keeps feature vectors: on the thread of the stream, on another, or not at all.</summary>
public interface IFeatureIntake
{
    /// <summary>Takes the feature vector of an impression, as of the events applied so far.</summary>
    /// <param name="impression">The impression.</param>
    /// <param name="time">Its time, of the join's clock.</param>
    /// <returns>Its row, 0, 1, 2, … in the order of the calls unless the vector was there already.</returns>
    int Take(BehaviourEvent impression, EventTime time);

    /// <summary>Lets an event count in features to come; after <see cref="Take"/> of the same event.</summary>
    /// <param name="e">The event.</param>
    /// <param name="time">Its time, of the join's clock.</param>
    void Apply(BehaviourEvent e, EventTime time);
}

/// <summary>Rows without feature vectors, for joins that ask for labels alone.</summary>
public sealed class RowNumbers : IFeatureIntake
{
    private int _rows;

    /// <inheritdoc/>
    public int Take(BehaviourEvent impression, EventTime time) => _rows++;

    /// <inheritdoc/>
    public void Apply(BehaviourEvent e, EventTime time)
    {
    }
}
