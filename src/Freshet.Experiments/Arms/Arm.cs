using Freshet.Core;
using Freshet.Core.Ports;
using Freshet.Core.Versions;
using Freshet.Experiments.Reports;
using Freshet.Scenes;
using Freshet.Serving;
using Freshet.Sync;
using Freshet.Training;
using Freshet.Training.Gates;

namespace Freshet.Experiments.Arms;

/// <summary>One update frequency while it runs: what it publishes, what is live, what it cost.</summary>
internal sealed class Arm : IDisposable
{
    private const long StoreEvery = 60 * 60 * 1000; // between the versions of a streaming arm that are stored whole
    private readonly Scene _scene;
    private readonly SnapshotPublisher _publisher;
    private readonly string _refusedPath;
    private readonly List<Refusal> _refusals = [];
    private readonly SortedDictionary<string, GateCount> _gateCounts = new(StringComparer.Ordinal);
    private readonly Queue<ComingVersion> _coming = new();
    private readonly bool _countsRows;
    private long _storedAt;
    private ModelContent? _published;

    /// <param name="plan">Its update frequency.</param>
    /// <param name="scene">The scene.</param>
    /// <param name="store">Takes its versions.</param>
    /// <param name="refusedPath">File that takes a line for each refused version.</param>
    /// <param name="publishDelay">From cutoff to live.</param>
    /// <param name="countsRows">Whether <see cref="Replaced"/> is kept.</param>
    public Arm(ArmPlan plan, Scene scene, IModelStore store, string refusedPath, TimeSpan publishDelay, bool countsRows = false)
    {
        _countsRows = countsRows;
        Plan = plan;
        _scene = scene;
        _refusedPath = refusedPath;
        Gates = new ArmGates(scene, plan.IsStreaming ? StreamGates.Length(scene) : plan.Every);
        Stream = plan.IsStreaming ? new ArmStream(scene, Gates, publishDelay) : null;
        _publisher = new SnapshotPublisher(scene, store);
        Live = new LiveModel(scene, store);
    }

    public ArmPlan Plan { get; }

    public LiveModel Live { get; }

    public ArmGates Gates { get; }

    /// <summary>The training of a streaming arm; null in others.</summary>
    public ArmStream? Stream { get; }

    /// <summary>The last increment, where increments go on from it.</summary>
    public TrainedModel? Chain { get; set; }

    /// <summary>The next increment of the chain, until the gates have let it pass.</summary>
    public TrainedModel? NextInChain { get; set; }

    /// <summary>The base that <see cref="Chain"/> goes back to.</summary>
    public TrainedModel? ChainBase { get; set; }

    public int Publishes { get; private set; }

    /// <summary>Versions that were not published since they equal the one before.</summary>
    public int Unchanged { get; private set; }

    /// <summary>Rows that the published model and those that it goes on from gave up.</summary>
    public long Evicted { get; private set; }

    public long SamplesLearnt { get; set; }

    public TimeSpan TrainingTime { get; set; }

    /// <summary>When the next version goes live, ms since the epoch; <see cref="long.MaxValue"/> where none is coming.</summary>
    public long NextSwapAt => _coming.Count == 0 ? long.MaxValue : _coming.Peek().At;

    /// <summary>Versions on their way to being live.</summary>
    public int Coming => _coming.Count;

    /// <summary>Versions that a gate refused.</summary>
    public IReadOnlyList<Refusal> Refusals => _refusals;

    /// <summary>Verdicts by gate.</summary>
    public IReadOnlyList<GateCount> GateCounts => [.. _gateCounts.Values];

    /// <summary>
    /// Publishes a model that goes live at <paramref name="liveAt"/>, unless a gate refused it or it equals what was published last: then the
    /// live one stays.
    /// </summary>
    /// <returns>What was refused; null where nothing was.</returns>
    public Refusal? Publish(TrainedModel? model, VersionKind kind, long cutoff, long liveAt, GateReport gates, ModelContent content)
    {
        Count(gates);
        GateMetrics.Judged(_scene, Plan.Name, gates);
        if (model is null || gates.IsRefused)
        {
            return Refuse(kind, cutoff, gates);
        }

        if (content == _published)
        {
            Unchanged++;
            GateMetrics.Unchanged(_scene, Plan.Name);
            return null;
        }

        Announce(new ComingVersion(liveAt, Store(model, kind, cutoff, gates), content.Base != _published?.Base));
        (_published, Evicted) = (content, model.Evicted);
        return null;
    }

    /// <summary>
    /// Publishes what a moment of the stream has learnt: what changed is handed over in this process, and once an hour the whole model is stored too.
    /// </summary>
    /// <returns>What was refused; null where it was published.</returns>
    public Refusal? Publish(StreamMoment moment, long cutoff, long liveAt)
    {
        const VersionKind Kind = VersionKind.Increment;
        Count(moment.Gates);
        GateMetrics.Judged(_scene, Plan.Name, moment.Gates);
        if (moment.Gates.IsRefused)
        {
            return Refuse(Kind, cutoff, moment.Gates);
        }

        TrainedModel model = Stream!.Model;
        // A stored version that is on its way must not be removed by one that comes after it.
        bool isStored = cutoff - _storedAt >= StoreEvery && _coming.All(coming => coming.Changes is not null);
        ModelVersion version = isStored ? Store(model, Kind, cutoff, moment.Gates) : _publisher.Name(model.Watermark);
        Announce(new ComingVersion(
            liveAt, version, BringsBase: false, _publisher.Describe(version, Kind, cutoff, model.Watermark, model.Samples, moment.Gates.Results), moment.Changes));
        return null;
    }

    /// <summary>The rows of the last model of the base before, and when it was replaced; none at first.</summary>
    public (long At, LiveRows Rows) Replaced { get; private set; } = (long.MinValue, default);

    /// <summary>Makes the next version live.</summary>
    public void Swap()
    {
        ComingVersion next = _coming.Dequeue();
        if (_countsRows && next.BringsBase)
        {
            Replaced = (next.At, LiveRows.Of(Live.Current?.Model));
        }

        if (next.Changes is null)
        {
            Live.Swap(next.Version);
            return;
        }

        Live.Apply(next.Changes, next.Version, next.Manifest!);
    }

    /// <summary>Frees the models, the live one too.</summary>
    public void Dispose()
    {
        Stream?.Dispose();
        Chain?.Model.Dispose();
        NextInChain?.Model.Dispose();
        Live.Dispose();
    }

    private ModelVersion Store(TrainedModel model, VersionKind kind, long cutoff, GateReport gates)
    {
        _storedAt = cutoff;
        return _publisher.Publish(model.Model, kind, cutoff, Math.Max(0, model.Watermark), model.Samples, gates.Results);
    }

    private void Announce(ComingVersion version)
    {
        _coming.Enqueue(version);
        Publishes++;
        GateMetrics.Published(_scene, Plan.Name);
    }

    private Refusal Refuse(VersionKind kind, long cutoff, GateReport gates)
    {
        var refusal = new Refusal(kind, cutoff, Live.Current?.Version.ToString(), [.. gates.Refusals]);
        _refusals.Add(refusal);
        GateMetrics.Refused(_scene, Plan.Name, gates);
        File.AppendAllText(_refusedPath, refusal.ToJson() + "\n");
        return refusal;
    }

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
