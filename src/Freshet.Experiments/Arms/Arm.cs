using Freshet.Core;
using Freshet.Core.Ports;
using Freshet.Core.Scenes;
using Freshet.Experiments.Reports;
using Freshet.Serving;
using Freshet.Sync;
using Freshet.Sync.Gates;
using Freshet.Training;

namespace Freshet.Experiments.Arms;

/// <summary>One update frequency while it runs: what it publishes, what is live, what it cost.</summary>
internal sealed class Arm
{
    private readonly Scene _scene;
    private readonly SnapshotPublisher _publisher;
    private readonly string _refusedPath;
    private readonly List<Refusal> _refusals = [];
    private readonly SortedDictionary<string, GateCount> _gateCounts = new(StringComparer.Ordinal);
    private readonly Queue<(long At, ModelVersion Version)> _coming = new();
    private ModelContent? _published;

    /// <param name="plan">Its update frequency.</param>
    /// <param name="scene">The scene.</param>
    /// <param name="store">Takes its versions.</param>
    /// <param name="refusedPath">File that takes a line for each refused version.</param>
    public Arm(ArmPlan plan, Scene scene, IModelStore store, string refusedPath)
    {
        Plan = plan;
        _scene = scene;
        _refusedPath = refusedPath;
        Gates = new ArmGates(scene, plan.Every);
        _publisher = new SnapshotPublisher(scene, store);
        Live = new LiveModel(scene, store);
    }

    public ArmPlan Plan { get; }

    public LiveModel Live { get; }

    public ArmGates Gates { get; }

    /// <summary>The last increment, where increments go on from it.</summary>
    public TrainedModel? Chain { get; set; }

    /// <summary>The next increment of the chain, until the gates have let it pass.</summary>
    public TrainedModel? NextInChain { get; set; }

    /// <summary>The base that <see cref="Chain"/> goes back to.</summary>
    public TrainedModel? ChainBase { get; set; }

    public int Publishes { get; private set; }

    /// <summary>Versions that were not published since they equal the one before.</summary>
    public int Unchanged { get; private set; }

    public long SamplesLearnt { get; set; }

    public TimeSpan TrainingTime { get; set; }

    /// <summary>When the next version goes live, ms since the epoch; <see cref="long.MaxValue"/> where none is coming.</summary>
    public long NextSwapAt => _coming.Count == 0 ? long.MaxValue : _coming.Peek().At;

    /// <summary>Versions that a gate refused.</summary>
    public IReadOnlyList<Refusal> Refusals => _refusals;

    /// <summary>Verdicts by gate.</summary>
    public IReadOnlyList<GateCount> GateCounts => [.. _gateCounts.Values];

    /// <summary>
    /// Publishes a model that goes live at <paramref name="liveAt"/>, unless a gate refused it or it equals what was published last: then the
    /// live one stays.
    /// </summary>
    /// <returns>What was refused; null where nothing was.</returns>
    public Refusal? Publish(TrainedModel? model, string kind, long cutoff, long liveAt, GateReport gates, ModelContent content)
    {
        Count(gates);
        GateMetrics.Judged(_scene, Plan.Name, gates);
        if (model is null || gates.IsRefused)
        {
            var refusal = new Refusal(kind, cutoff, Live.Current?.Version.ToString(), [.. gates.Refusals]);
            _refusals.Add(refusal);
            GateMetrics.Refused(_scene, Plan.Name, gates);
            File.AppendAllText(_refusedPath, refusal.ToJson() + "\n");
            return refusal;
        }

        if (content == _published)
        {
            Unchanged++;
            GateMetrics.Unchanged(_scene, Plan.Name);
            return null;
        }

        ModelVersion version = _publisher.Publish(
            model.Model, kind, cutoff, Math.Max(0, model.Watermark), model.Samples, gates);
        _coming.Enqueue((liveAt, version));
        _published = content;
        Publishes++;
        GateMetrics.Published(_scene, Plan.Name);
        return null;
    }

    /// <summary>Makes the next version live. Nobody scores meanwhile, so the retired one can go at once.</summary>
    public void Swap() => Live.Swap(_coming.Dequeue().Version)?.Model.Dispose();

    private void Count(GateReport gates)
    {
        foreach (GateResult result in gates.Results)
        {
            GateCount count = _gateCounts.GetValueOrDefault(result.Name) ?? new GateCount(result.Name, 0, 0, 0);
            _gateCounts[result.Name] = result.Verdict switch
            {
                GateVerdict.Pass => count with { Passed = count.Passed + 1 },
                GateVerdict.Refused => count with { Refused = count.Refused + 1 },
                _ => count with { Insufficient = count.Insufficient + 1 },
            };
        }
    }
}
