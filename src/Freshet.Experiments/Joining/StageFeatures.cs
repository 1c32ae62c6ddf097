using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Features;
using Freshet.Samples.Running;
using Freshet.Scenes;

namespace Freshet.Experiments.Joining;

/// <summary>The feature stage, as a join wants it.</summary>
internal sealed class StageFeatures(Scene scene) : IJoinFeatures
{
    private readonly FeatureStage _stage = new(scene);

    public void Snapshot(BehaviourEvent impression, SnapshotColumns destination) => _stage.Snapshot(impression, destination);

    public void Apply(BehaviourEvent e) => _stage.Apply(e);

    public void Save(Stream destination) => _stage.Save(destination);

    public void Restore(Stream source) => _stage.Restore(source);
}
