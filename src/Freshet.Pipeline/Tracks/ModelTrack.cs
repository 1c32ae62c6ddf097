using Freshet.Core.Checkpoints;
using Freshet.Core.Ports;
using Freshet.Core.Versions;
using Freshet.Models;
using Freshet.Pipeline.Retention;
using Freshet.Scenes;
using Freshet.Serving;
using Freshet.Sync;
using Freshet.Training;
using Freshet.Training.Gates;

namespace Freshet.Pipeline.Tracks;

/// <summary>A model that is kept fresh: what it publishes, what is live, what it cost.</summary>
/// <remarks>Trained by its <see cref="TrackSet"/>. Not thread-safe, but for <see cref="Live"/>.</remarks>
public sealed class ModelTrack : IDisposable
{
    private const long StoreEvery = 60 * 60 * 1000; // between the versions of a streaming arm that are stored whole
    private readonly Scene _scene;
    private readonly SnapshotPublisher _publisher;
    private readonly IReadOnlyList<IPipelineObserver> _observers;
    private readonly List<Refusal> _refusals = [];
    private readonly SortedDictionary<string, GateCount> _gateCounts = new(StringComparer.Ordinal);
    private readonly Queue<ComingVersion> _coming = new();
    private readonly bool _countsRows;
    private readonly Queue<long> _neededByCheckpoints = new();
    private long _storedAt;
    private bool _liveIsStored;
    private ModelContent? _published;

    /// <param name="plan">Its update frequency.</param>
    /// <param name="scene">The scene.</param>
    /// <param name="store">Takes its versions.</param>
    /// <param name="publishDelay">From cutoff to live.</param>
    /// <param name="observers">Told of verdicts, versions and swaps.</param>
    /// <param name="countsRows">Whether <see cref="Replaced"/> is kept.</param>
    internal ModelTrack(
        TrackPlan plan, Scene scene, IModelStore store, TimeSpan publishDelay, IReadOnlyList<IPipelineObserver> observers, bool countsRows = false)
    {
        _countsRows = countsRows;
        Plan = plan;
        _scene = scene;
        _observers = observers;
        Gates = new VersionGates(scene, plan.IsStreaming ? StreamGates.Length(scene) : plan.Every);
        Stream = plan.IsStreaming ? new GatedStreaming(scene, Gates, publishDelay) : null;
        _publisher = new SnapshotPublisher(scene, store);
        Live = new LiveModel(scene, store);
    }

    /// <summary>Its update frequency.</summary>
    public TrackPlan Plan { get; }

    /// <summary>What is live.</summary>
    public LiveModel Live { get; }

    internal VersionGates Gates { get; }

    /// <summary>The training of a streaming arm; null in others.</summary>
    internal GatedStreaming? Stream { get; }

    /// <summary>The last increment, where increments go on from it.</summary>
    internal TrainedModel? Chain { get; set; }

    /// <summary>The next increment of the chain, until the gates have let it pass.</summary>
    internal TrainedModel? NextInChain { get; set; }

    /// <summary>The base that <see cref="Chain"/> goes back to.</summary>
    internal TrainedModel? ChainBase { get; set; }

    /// <summary>Versions published.</summary>
    public int Publishes { get; private set; }

    /// <summary>Versions that were not published since they equal the one before.</summary>
    public int Unchanged { get; private set; }

    /// <summary>Rows that the published model and those that it goes on from gave up.</summary>
    public long Evicted { get; private set; }

    /// <summary>Samples learnt, each pass counted.</summary>
    public long SamplesLearnt { get; internal set; }

    /// <summary>What that took.</summary>
    public TimeSpan TrainingTime { get; internal set; }

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
    internal void Publish(TrainedModel? model, VersionKind kind, long cutoff, long liveAt, GateReport gates, ModelContent content)
    {
        Judge(gates);
        if (model is null || gates.IsRefused)
        {
            Refuse(kind, cutoff, gates);
            return;
        }

        if (content == _published)
        {
            Unchanged++;
            GateMetrics.Unchanged(_scene, Plan.Name);
            return;
        }

        Announce(new ComingVersion(liveAt, Store(model, kind, cutoff, gates), content.Base != _published?.Base));
        (_published, Evicted) = (content, model.Evicted);
    }

    /// <summary>
    /// Publishes what a moment of the stream has learnt: what changed is handed over in this process, and once an hour the whole model is stored too.
    /// </summary>
    internal void Publish(StreamMoment moment, long cutoff, long liveAt)
    {
        const VersionKind Kind = VersionKind.Increment;
        Judge(moment.Gates);
        if (moment.Gates.IsRefused)
        {
            Refuse(Kind, cutoff, moment.Gates);
            return;
        }

        TrainedModel model = Stream!.Model;
        // A stored version that is on its way must not be removed by one that comes after it.
        bool isStored = cutoff - _storedAt >= StoreEvery && _coming.All(coming => coming.Changes is not null);
        ModelVersion version = isStored ? Store(model, Kind, cutoff, moment.Gates) : _publisher.Name(model.Watermark);
        Announce(new ComingVersion(
            liveAt, version, BringsBase: false, _publisher.Describe(version, Kind, cutoff, model.Watermark, model.Samples, moment.Gates.Results), moment.Changes));
    }

    /// <summary>The rows of the last model of the base before, and when it was replaced; none at first.</summary>
    public (long At, LiveRows Rows) Replaced { get; private set; } = (long.MinValue, default);

    /// <summary>Makes the next version live.</summary>
    internal void Swap()
    {
        MakeLive(_coming.Dequeue());
        if (_publisher.Kept > _scene.Sync.Keep)
        {
            RemoveOldVersions(); // what was live until now stayed beyond the count
        }

        foreach (IPipelineObserver observer in _observers)
        {
            observer.OnSwapped(this);
        }
    }

    private void MakeLive(ComingVersion next)
    {
        if (_countsRows && next.BringsBase)
        {
            Replaced = (next.At, LiveRows.Of(Live.Current?.Model));
        }

        _liveIsStored = next.Changes is null;
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
        long before = _publisher.Removed;
        _publisher.KeepFrom = FirstNeeded();
        ModelVersion version = _publisher.Publish(model.Model, kind, cutoff, Math.Max(0, model.Watermark), model.Samples, gates.Results);
        RetentionMetrics.Versions(_scene, Plan.Name, _publisher.Kept, (int)(_publisher.Removed - before));
        return version;
    }

    /// <summary>Number of the first version that must stay: what is live, what is on its way, and what checkpoints need.</summary>
    private long FirstNeeded() => _neededByCheckpoints.Append(FirstInUse()).Min();

    private long FirstInUse() =>
        _coming.Select(coming => coming.Version.Sequence).Append(Live.Current?.Version.Sequence ?? long.MaxValue).Min();

    private void RemoveOldVersions()
    {
        long before = _publisher.Removed;
        _publisher.KeepFrom = FirstNeeded();
        _publisher.RemoveOld();
        RetentionMetrics.Versions(_scene, Plan.Name, _publisher.Kept, (int)(_publisher.Removed - before));
    }

    private void Announce(ComingVersion version)
    {
        _coming.Enqueue(version);
        Publishes++;
        GateMetrics.Published(_scene, Plan.Name);
        foreach (IPipelineObserver observer in _observers)
        {
            observer.OnPublished(this, version.Version);
        }
    }

    private void Refuse(VersionKind kind, long cutoff, GateReport gates)
    {
        var refusal = new Refusal(kind, cutoff, Live.Current?.Version.ToString(), [.. gates.Refusals]);
        _refusals.Add(refusal);
        GateMetrics.Refused(_scene, Plan.Name, gates);
        foreach (IPipelineObserver observer in _observers)
        {
            observer.OnRefused(this, refusal);
        }
    }

    private void Judge(GateReport gates)
    {
        GateMetrics.Judged(_scene, Plan.Name, gates);
        foreach (IPipelineObserver observer in _observers)
        {
            observer.OnJudged(this, gates);
        }

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

    /// <summary>Whether everything of the track can be saved now (<see cref="GatedStreaming.IsSettled"/>).</summary>
    internal bool IsSettled => Stream is null || Stream.IsSettled;

    /// <summary>Begins with version 1, whatever a run that was stopped has published: what is published again must equal it.</summary>
    internal void BeginVersions() => _publisher.Resume(0);

    /// <summary>Writes the track for a checkpoint. Versions that it needs stay in the store until three checkpoints later.</summary>
    /// <param name="writer">Gets the state.</param>
    /// <param name="start">The base of all tracks.</param>
    internal void Save(BinaryWriter writer, TrainedModel? start)
    {
        writer.Write(Publishes);
        writer.Write(Unchanged);
        writer.Write(Evicted);
        writer.Write(SamplesLearnt);
        writer.Write(TrainingTime.Ticks);
        writer.Write(_storedAt);
        writer.Write(_published is not null);
        writer.Write(_published?.Base ?? 0);
        writer.Write(_published?.Increment ?? 0);
        writer.Write(_publisher.Sequence);
        writer.Write(_refusals.Count);
        foreach (Refusal refusal in _refusals)
        {
            writer.Write(refusal.ToJson());
        }

        writer.Write(_gateCounts.Count);
        foreach (GateCount count in _gateCounts.Values)
        {
            writer.Write(count.Gate);
            writer.Write(count.Passed);
            writer.Write(count.Refused);
            writer.Write(count.Insufficient);
        }

        writer.Write(Replaced.At);
        writer.Write(Replaced.Rows.Rows);
        writer.Write(Replaced.Rows.Nonzero);
        writer.Write(Replaced.Rows.Bytes);
        Gates.Save(writer);
        writer.Write(Chain is not null);
        if (Chain is not null)
        {
            writer.Write(ReferenceEquals(ChainBase, start));
            Chain.Save(writer);
        }

        SaveVersions(writer);
        Stream?.Save(writer, start);
        KeepNeeded();
    }

    /// <summary>Reads what <see cref="Save"/> wrote into a new track.</summary>
    internal void Restore(BinaryReader reader, TrainedModel? start)
    {
        Publishes = reader.ReadInt32();
        Unchanged = reader.ReadInt32();
        Evicted = reader.ReadInt64();
        SamplesLearnt = reader.ReadInt64();
        TrainingTime = TimeSpan.FromTicks(reader.ReadInt64());
        _storedAt = reader.ReadInt64();
        bool hasPublished = reader.ReadBoolean();
        var content = new ModelContent(reader.ReadInt32(), reader.ReadInt64());
        _published = hasPublished ? content : null;
        _publisher.Resume(reader.ReadInt64());
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            _refusals.Add(Refusal.FromJson(reader.ReadString()));
        }

        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            var gate = new GateCount(reader.ReadString(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
            _gateCounts[gate.Gate] = gate;
        }

        Replaced = (reader.ReadInt64(), new LiveRows(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64()));
        Gates.Restore(reader);
        if (reader.ReadBoolean())
        {
            ChainBase = reader.ReadBoolean() ? start : null;
            Chain = TrainedModel.Restore(reader, _scene);
        }

        RestoreVersions(reader);
        Stream?.Restore(reader, _scene, start);
        KeepNeeded();
    }

    /// <summary>No checkpoint needs a version any more.</summary>
    internal void ReleaseVersions()
    {
        _neededByCheckpoints.Clear();
        RemoveOldVersions();
    }

    private void SaveVersions(BinaryWriter writer)
    {
        ServedModel? live = Live.Current;
        writer.Write(live is not null);
        if (live is not null)
        {
            Write(writer, live.Version);
            writer.Write(_liveIsStored);
            if (!_liveIsStored)
            {
                Write(writer, live.Manifest);
                writer.Flush();
                live.Model.Save(writer.BaseStream);
            }
        }

        writer.Write(_coming.Count);
        foreach (ComingVersion coming in _coming)
        {
            writer.Write(coming.At);
            Write(writer, coming.Version);
            writer.Write(coming.BringsBase);
            writer.Write(coming.Changes is not null);
            if (coming.Changes is not null)
            {
                Write(writer, coming.Manifest!);
                coming.Changes.Save(writer);
            }
        }
    }

    private void RestoreVersions(BinaryReader reader)
    {
        if (reader.ReadBoolean())
        {
            ModelVersion version = ReadVersion(reader);
            _liveIsStored = reader.ReadBoolean();
            if (_liveIsStored)
            {
                Live.Swap(version);
            }
            else
            {
                ModelManifest manifest = ReadManifest(reader);
                Live.Swap(new ServedModel(version, manifest, RankingModel.Load(_scene, reader.BaseStream)));
            }
        }

        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            long at = reader.ReadInt64();
            ModelVersion version = ReadVersion(reader);
            bool bringsBase = reader.ReadBoolean();
            _coming.Enqueue(reader.ReadBoolean()
                ? new ComingVersion(at, version, bringsBase, ReadManifest(reader), ModelChanges.Restore(reader))
                : new ComingVersion(at, version, bringsBase));
        }
    }

    /// <summary>Keeps in the store what the last three checkpoints need: the newest may not be written yet, and the one before may be damaged.</summary>
    private void KeepNeeded()
    {
        _neededByCheckpoints.Enqueue(FirstInUse());
        if (_neededByCheckpoints.Count > 3)
        {
            _ = _neededByCheckpoints.Dequeue();
        }
    }

    private static void Write(BinaryWriter writer, ModelVersion version)
    {
        writer.Write(version.Watermark);
        writer.Write(version.Sequence);
    }

    private static ModelVersion ReadVersion(BinaryReader reader) => new(reader.ReadInt64(), reader.ReadInt64());

    private static void Write(BinaryWriter writer, ModelManifest manifest)
    {
        byte[] json = manifest.ToJson();
        writer.Write(json.Length);
        writer.Write(json);
    }

    private static ModelManifest ReadManifest(BinaryReader reader) =>
        ModelManifest.FromJson(reader.ReadBytes(reader.ReadInt32())) ?? throw new CheckpointException("The manifest of a version in a checkpoint cannot be read.");
}
