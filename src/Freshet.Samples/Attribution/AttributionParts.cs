using Freshet.Core.Time;
using Freshet.Samples.Delays;
using Freshet.Samples.Joining;
using Freshet.Scenes;

namespace Freshet.Samples.Attribution;

/// <summary>What a joiner has that the modes of attribution are made of.</summary>
internal sealed record AttributionParts(
    Scene Scene, SceneDays Days, AttributionTimes Times, JoinState State, DayFiles Files, Labeller Labeller, LabelNews News, JoinCounters Counters)
{
    /// <summary>The attribution of the scene's mode, empty.</summary>
    /// <param name="inFull">Tests and benchmarks only: cutoffs attribute all of a day, whatever changed.</param>
    public IAttribution Create(bool inFull) => Scene.Attribution.Mode switch
    {
        AttributionMode.Window => new WindowAttribution(this),
        AttributionMode.Immediate => new ImmediateAttribution(this),
        _ => new CumulativeAttribution(this, inFull),
    };
}
