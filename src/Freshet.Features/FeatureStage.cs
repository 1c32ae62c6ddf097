using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Core.Ports;
using Freshet.Core.Snapshots;
using Freshet.Features.Fields;
using Freshet.Features.Histories;
using Freshet.Features.Keys;
using Freshet.Features.Plans;
using Freshet.Features.Requests;
using Freshet.Features.Rows;
using Freshet.Features.Time;
using Freshet.Features.Windows;
using Freshet.Scenes;

namespace Freshet.Features;

/// <summary>
/// Real-time features: events go in in the order in which they arrived, snapshots of request time come out.
/// </summary>
/// <remarks>
/// Deterministic: the same calls give the same bits. Allocates nothing in steady state. Not thread-safe. What every number
/// means is in docs/features.md.
/// </remarks>
public sealed class FeatureStage
{
    private const uint Magic = 0x31534646; // "FFS1": saved state, format version 1

    private readonly ulong _fingerprint;
    private readonly ScenePlan _plan;
    private readonly IFeatureStore _store;
    private readonly FieldStates _users;
    private readonly FieldStates _items;
    private readonly UserHistories? _histories;
    private readonly FeatureHash? _historyHash;
    private readonly ClosenessSums _closeness;
    private readonly Totals _totals;
    private readonly IdentityMemory _identities;
    private readonly OpenRequests _requests = new();
    private readonly EventClock _clock;
    private readonly EventCounter _counter;
    private readonly RowValues _values;
    private readonly NumberReader _numbers;
    private readonly RowWriter _rows;

    /// <summary>A stage that knows nothing yet, with its windows in this process.</summary>
    public FeatureStage(Scene scene)
        : this(scene, new MemoryFeatureStore(scene))
    {
    }

    /// <summary>A stage that knows nothing yet but what <paramref name="windows"/> holds.</summary>
    /// <exception cref="SceneException">The scene reads a signal that it does not declare.</exception>
    public FeatureStage(Scene scene, IFeatureStore windows)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(windows);
        Schema = scene.SnapshotSchema();
        _fingerprint = SceneFingerprint.Of(scene);
        _plan = new ScenePlan(scene);
        _store = windows;
        _users = new FieldStates(_plan.UserFieldCount);
        _items = new FieldStates(_plan.ItemFields.Count);
        if (scene.History.Length > 0)
        {
            _histories = new UserHistories(scene.History.Length);
            _historyHash = new FeatureHash(scene.Slots[scene.History.ItemSlot].Table);
        }

        _closeness = new ClosenessSums(scene.Closeness.HalfLife);
        _totals = new Totals(scene.Behaviours.Count);
        _identities = new IdentityMemory(_plan.Counters.Length, _plan.ValueSumCount);
        _clock = new EventClock(scene.Attribution.MaxSkew);
        _counter = new EventCounter(scene, _plan, _store, _identities, _closeness, _histories, _totals);
        var time = new SceneTime(scene.TimeZone);
        _values = new RowValues(_plan, _users, _items, time);
        _numbers = new NumberReader(_plan, _values, _store, _closeness, _totals, time);
        _rows = new RowWriter(scene, _plan, _values, _numbers, _histories);
    }

    /// <summary>What a snapshot holds.</summary>
    public SnapshotSchema Schema { get; }

    /// <summary>The stage's event time, ms since the epoch: the latest that is to be believed; 0 before the first event.</summary>
    public long Now => _clock.Now;

    private long LatestRank => (2 * _clock.Now) + 1;

    /// <summary>
    /// Appends one row: the features of the request of <paramref name="impression"/> at that moment, as of the events applied
    /// so far. Call it before <see cref="Apply"/> of the same event.
    /// </summary>
    /// <param name="impression">
    /// A logged impression, or a candidate: user, item, surface, time, position. What it brings in <c>features</c> under the
    /// name of a slot or dense feature wins.
    /// </param>
    /// <param name="destination">Columns of this scene.</param>
    /// <remarks>
    /// Requests that are over by now (docs/features.md) are counted first: the only change of state. In a stream in order of
    /// time no later snapshot can tell whether this one was taken, unless this one ends the request before of its user.
    /// </remarks>
    /// <exception cref="ArgumentException">The columns have another shape than the scene.</exception>
    public void Snapshot(BehaviourEvent impression, SnapshotColumns destination)
    {
        ArgumentNullException.ThrowIfNull(impression);
        ArgumentNullException.ThrowIfNull(destination);
        if (destination.Schema.Slots.Count != _plan.Slots.Length || destination.Schema.Dense.Count != _plan.Dense.Length)
        {
            throw new ArgumentException(
                $"The columns have {destination.Schema.Slots.Count} slots and {destination.Schema.Dense.Count} dense features; the " +
                $"scene has {_plan.Slots.Length} and {_plan.Dense.Length}. Nothing was appended. Create them with this stage's Schema.");
        }

        if (_requests.Any)
        {
            CountOver(Math.Max(impression.At, _clock.Now), KeyHash.Of(impression.UserId), KeyHash.Of(impression.RequestId));
        }

        _values.Begin(impression);
        _numbers.Begin(_clock.Now);
        _rows.Write(destination);
    }

    /// <summary>
    /// Feature id of a place on a page: what <see cref="Snapshot"/> writes for an impression that was shown there, and the only part of a row that
    /// depends on it. 0 where the scene has no position bias.
    /// </summary>
    /// <param name="surface">UTF-8 name of the page.</param>
    /// <param name="position">Place on it, as the platform counts; <see cref="BehaviourEvent.NoPosition"/> where there is none.</param>
    public ulong BiasId(ReadOnlySpan<byte> surface, int position) => _rows.BiasId(surface, position);

    /// <summary>Lets an event that arrived count; duplicates must have been left out. Types unknown to the scene do nothing.</summary>
    public void Apply(BehaviourEvent behaviourEvent)
    {
        ArgumentNullException.ThrowIfNull(behaviourEvent);
        int number = _plan.Types.Find(behaviourEvent.Type);
        if (number < 0)
        {
            return;
        }

        EventPlan type = _plan.Events[number];
        ulong user = KeyHash.Of(behaviourEvent.UserId), request = KeyHash.Of(behaviourEvent.RequestId);
        long before = _clock.Now, at = _clock.Observe(behaviourEvent.At, user);
        if (_requests.Any)
        {
            // A clock that goes back (EventClock) ends every request.
            CountOver(_clock.Now < before ? long.MaxValue : _clock.Now, user, type.IsImpression ? request : 0);
        }

        if (type.SetsFields)
        {
            SetFields(behaviourEvent, type, user, at);
        }

        if (type.SignalFields.Length > 0 && user != 0)
        {
            _users.Replace(user, type.FirstSignalField, type.SignalFields, behaviourEvent, 2 * at, LatestRank);
        }

        if (type.IsImpression || type.Behaviours.Count > 0)
        {
            var pending = new PendingEvent(
                number, at, user, KeyHash.Of(behaviourEvent.ItemId), request, IdentityKey.Of(behaviourEvent).Low,
                type.Behaviours.Count > 0 && _historyHash is not null ? _historyHash.Of(behaviourEvent.ItemId) : 0, behaviourEvent.Value);
            Take(pending, type, behaviourEvent);
        }
    }

    /// <summary>Writes the whole state; the caller keeps a checksum.</summary>
    public void Save(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using var writer = new BinaryWriter(destination, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(_fingerprint);
        _clock.Save(writer);
        _totals.Save(writer);
        _users.Save(writer);
        _items.Save(writer);
        _histories?.Save(writer);
        _closeness.Save(writer);
        _identities.Save(writer);
        _requests.Save(writer);
        _store.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote for the same scene: from here on, snapshots equal those of the saved stage.</summary>
    /// <exception cref="FeatureStateException">The stream holds no such state; this stage must not be used any more if it ended early.</exception>
    public void Restore(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var reader = new BinaryReader(source, System.Text.Encoding.UTF8, leaveOpen: true);
        try
        {
            CheckHeader(reader.ReadUInt32(), reader.ReadUInt64());
            _clock.Restore(reader);
            _totals.Restore(reader);
            _users.Restore(reader);
            _items.Restore(reader);
            _histories?.Restore(reader);
            _closeness.Restore(reader);
            _identities.Restore(reader);
            _requests.Restore(reader);
            _store.Restore(reader);
        }
        catch (EndOfStreamException e)
        {
            throw new FeatureStateException(
                "The feature state ends before it is complete. The stage is half restored. Make a new stage and restore an older state.", e);
        }
    }

    private void CheckHeader(uint magic, ulong fingerprint)
    {
        if (magic != Magic)
        {
            throw new FeatureStateException(
                $"The stream begins with {magic:x8}, feature state of format 1 with {Magic:x8}. The stage is as it was. Restore a state that this version wrote.");
        }

        if (fingerprint != _fingerprint)
        {
            throw new FeatureStateException(
                $"The feature state was saved for scene {fingerprint:x16}, this stage has scene {_fingerprint:x16}: behaviours, counters, " +
                "fields or history differ. The stage is as it was. Restore it with the scene it was saved with, or replay the log.");
        }
    }

    private void Take(in PendingEvent pending, EventPlan type, BehaviourEvent behaviourEvent)
    {
        if (type.IsImpression)
        {
            TakeImpression(pending, behaviourEvent);
            return;
        }

        bool isKnown = _identities.IsKnown(pending.Identity, _clock.Now);
        if (!isKnown)
        {
            _values.Begin(behaviourEvent);
        }

        int waiting = _requests.CountOf(pending.User);
        if (waiting > 0)
        {
            _requests.Enqueue(isKnown ? pending : _counter.RememberAlone(pending, _values, waiting, _clock.Now), _clock.Now);
        }
        else if (isKnown)
        {
            _counter.Count(pending, _clock.Now);
        }
        else
        {
            _counter.CountAlone(pending, _values, _clock.Now);
        }
    }

    private void TakeImpression(in PendingEvent pending, BehaviourEvent impression)
    {
        _values.Begin(impression);
        if (_counter.TryRemember(pending, _values, _clock.Now))
        {
            _requests.Enqueue(pending, _clock.Now);
        }
    }

    private void CountOver(long at, ulong user, ulong request)
    {
        while (_requests.TryDequeue(at, user, request, out PendingEvent pending))
        {
            _counter.Count(pending, _clock.Now);
        }
    }

    private void SetFields(BehaviourEvent behaviourEvent, EventPlan type, ulong user, long at)
    {
        long rank = (2 * at) + (type.IsStatus ? 1 : 0);
        ulong item = KeyHash.Of(behaviourEvent.ItemId);
        if (item != 0)
        {
            _items.Merge(item, _plan.ItemFields, behaviourEvent, rank, LatestRank);
        }
        else if (user != 0)
        {
            _users.Merge(user, _plan.UserFields, behaviourEvent, rank, LatestRank);
        }
    }
}
