using Freshet.Core;
using Freshet.Core.Ports;
using Freshet.Core.Scenes;
using Freshet.Serving;
using Freshet.Sync;
using Freshet.Training;

namespace Freshet.Experiments.Arms;

/// <summary>One update frequency while it runs: what it publishes, what is live, what it cost.</summary>
internal sealed class Arm
{
    private readonly SnapshotPublisher _publisher;
    private readonly Queue<(long At, ModelVersion Version)> _coming = new();

    public Arm(ArmPlan plan, Scene scene, IModelStore store)
    {
        Plan = plan;
        _publisher = new SnapshotPublisher(scene, store);
        Live = new LiveModel(scene, store);
    }

    public ArmPlan Plan { get; }

    public LiveModel Live { get; }

    /// <summary>The last increment, where increments go on from it.</summary>
    public TrainedModel? Chain { get; set; }

    /// <summary>The base that <see cref="Chain"/> goes back to.</summary>
    public TrainedModel? ChainBase { get; set; }

    public int Publishes { get; private set; }

    public long SamplesLearnt { get; set; }

    public TimeSpan TrainingTime { get; set; }

    /// <summary>When the next version goes live, ms since the epoch; <see cref="long.MaxValue"/> where none is coming.</summary>
    public long NextSwapAt => _coming.Count == 0 ? long.MaxValue : _coming.Peek().At;

    /// <summary>Publishes a model that goes live at <paramref name="liveAt"/>.</summary>
    public void Publish(TrainedModel model, string kind, long cutoff, long liveAt)
    {
        ModelVersion version = _publisher.Publish(
            model.Model, kind, cutoff, Math.Max(0, model.Watermark), model.Samples);
        _coming.Enqueue((liveAt, version));
        Publishes++;
    }

    /// <summary>Makes the next version live. Nobody scores meanwhile, so the retired one can go at once.</summary>
    public void Swap() => Live.Swap(_coming.Dequeue().Version)?.Model.Dispose();
}
