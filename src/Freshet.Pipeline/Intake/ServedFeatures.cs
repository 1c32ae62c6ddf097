using Freshet.Core.Events;
using Freshet.Core.Time;
using Freshet.Features;
using Freshet.Pipeline.Retention;
using Freshet.Samples;

namespace Freshet.Pipeline.Intake;

/// <summary>Feature vectors that were scored for impressions to come; what was never served is taken when the impression comes.</summary>
/// <param name="stage">The features.</param>
/// <param name="table">Has the vectors.</param>
/// <param name="served">What was scored for impressions to come.</param>
/// <param name="observers">Told of the vector of each impression.</param>
internal sealed class ServedFeatures(
    FeatureStage stage, SampleTable table, ServedVectors served, IReadOnlyList<IPipelineObserver> observers) : IFeatureIntake
{
    private readonly StageFeatures _taken = new(stage, table);

    public int Take(BehaviourEvent impression, EventTime time)
    {
        int row = served.TryTake(IdentityKey.Of(impression), out int known) ? known : _taken.Take(impression, time);
        foreach (IPipelineObserver observer in observers)
        {
            observer.OnFeatures(impression, row);
        }

        return row;
    }

    public void Apply(BehaviourEvent e, EventTime time) => _taken.Apply(e, time);
}
