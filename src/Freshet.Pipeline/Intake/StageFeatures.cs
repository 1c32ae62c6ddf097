using Freshet.Core.Events;
using Freshet.Core.Time;
using Freshet.Features;
using Freshet.Samples;

namespace Freshet.Pipeline.Intake;

/// <summary>Takes feature vectors from a feature stage into a sample table, on the thread of the stream.</summary>
/// <param name="stage">The features.</param>
/// <param name="table">Gets the vectors.</param>
public sealed class StageFeatures(FeatureStage stage, SampleTable table) : IFeatureIntake
{
    /// <inheritdoc/>
    public int Take(BehaviourEvent impression, EventTime time)
    {
        int row = table.Features.Count;
        stage.Snapshot(impression, time, table.Features);
        table.Impressions?.Add(impression);
        return row;
    }

    /// <inheritdoc/>
    public void Apply(BehaviourEvent e, EventTime time) => stage.Apply(e, time);
}
