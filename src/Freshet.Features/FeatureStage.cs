using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Core.Ports;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Features.Fields;
using Freshet.Features.Histories;
using Freshet.Features.Keys;
using Freshet.Features.Plans;
using Freshet.Features.Requests;
using Freshet.Features.Rows;
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
    private const uint Magic = 0x33534646; // "FFS3": saved state, format version 3

    /// <summary>The latest time that can be told apart: the end of year 9999, in ms. Fits 48 bits.</summary>
    private const long LatestTime = 253_402_300_799_999;

    private readonly ulong _fingerprint;
    private readonly ScenePlan _plan;
    private readonly IFeatureStore _store;
    private readonly RecentKeys _users;
    private readonly RecentKeys _items;
    private readonly FieldStates _userFields;
    private readonly FieldStates _itemFields;
    private readonly UserHistories? _histories;
    private readonly FeatureHash? _historyHash;
    private readonly ClosenessSums _closeness;
    private readonly Totals _totals;
    private readonly IdentityMemory _identities;
    private readonly OpenRequests _requests = new();
    private readonly EventCounter _counter;
    private readonly bool[] _keepsOfUser;
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
        _users = new RecentKeys(scene.Limits.Users, scene.Limits.UserAge);
        _items = new RecentKeys(scene.Limits.Items, scene.Limits.ItemAge);
        _userFields = new FieldStates(_plan.UserFieldCount, _users);
        _itemFields = new FieldStates(_plan.ItemFields.Count, _items);
        if (scene.History.Length > 0)
        {
            _histories = new UserHistories(scene.History.Length, _users);
            _historyHash = new FeatureHash(scene.Slots[scene.History.ItemSlot].Table);
        }

        _closeness = new ClosenessSums(scene.Closeness.HalfLife, _users);
        _totals = new Totals(scene.Behaviours.Count);
        _identities = new IdentityMemory(_plan.Counters.Length, _plan.ValueSumCount, scene.Limits.Identities);
        _counter = new EventCounter(scene, _plan, _store, _identities, _users, _closeness, _histories, _totals);
        _keepsOfUser = [.. _plan.Events.Select(type => type.SignalFields.Length > 0 || _counter.KeepsOfUser(type))];
        var days = new SceneDays(scene.TimeZone);
        _values = new RowValues(_plan, _userFields, _itemFields, days);
        _numbers = new NumberReader(_plan, _values, _store, _closeness, _totals, days);
        _rows = new RowWriter(scene, _plan, _values, _numbers, _histories);
    }

    /// <summary>What a snapshot holds.</summary>
    public SnapshotSchema Schema { get; }

    /// <summary>Event time as of the last event applied, ms since the epoch; 0 before the first. The join's clock says it: this stage has none.</summary>
    public long Now { get; private set; }

    /// <summary>How much of each kind is kept. May be read on any thread; the numbers may be of different moments.</summary>
    public FeatureSizes Sizes => new()
    {
        Users = _users.Count,
        UsersOverLimit = _users.OverLimit,
        UsersOverAge = _users.OverAge,
        Items = _items.Count,
        ItemsOverLimit = _items.OverLimit,
        ItemsOverAge = _items.OverAge,
        ClosenessPairs = _closeness.Count,
        Identities = _identities.Count,
        IdentitiesOverLimit = _identities.OverLimit,
        WaitingEvents = _requests.WaitingCount,
        WindowKeys = (_store as MemoryFeatureStore)?.KeyCount ?? 0,
    };

    /// <summary>
    /// Appends one row: the features of the request of <paramref name="impression"/> at that moment, as of the events applied
    /// so far. Call it before <see cref="Apply"/> of the same event.
    /// </summary>
    /// <param name="impression">
    /// A logged impression, or a candidate: user, item, surface, time, position. What it brings in <c>features</c> under the
    /// name of a slot or dense feature wins.
    /// </param>
    /// <param name="time">Its time, of the stage's one clock once it is taken; of a candidate <see cref="EventTime.OfRequest"/>.</param>
    /// <param name="destination">Columns of this scene.</param>
    /// <remarks>
    /// Requests that are over by now (docs/features.md) are counted first: the only change of state. In a stream in order of
    /// time no later snapshot can tell whether this one was taken, unless this one ends the request before of its user.
    /// </remarks>
    /// <exception cref="ArgumentException">The columns have another shape than the scene.</exception>
    public void Snapshot(BehaviourEvent impression, EventTime time, SnapshotColumns destination)
    {
        ArgumentNullException.ThrowIfNull(impression);
        ArgumentNullException.ThrowIfNull(destination);
        if (destination.Schema.Slots.Count != _plan.Slots.Length || destination.Schema.Dense.Count != _plan.Dense.Length)
        {
            throw new ArgumentException(
                $"The columns have {destination.Schema.Slots.Count} slots and {destination.Schema.Dense.Count} dense features; the " +
                $"scene has {_plan.Slots.Length} and {_plan.Dense.Length}. Nothing was appended. Create them with this stage's Schema.");
        }

        time = Clamped(time);
        if (_requests.Any)
        {
            CountOver(time.Now, Math.Max(time.Now, Now), KeyHash.Of(impression.UserId), KeyHash.Of(impression.RequestId));
        }

        _values.Begin(impression, time);
        _numbers.Begin();
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
    /// <param name="behaviourEvent">The event.</param>
    /// <param name="time">Its time, of the stage's one clock once it is taken.</param>
    public void Apply(BehaviourEvent behaviourEvent, EventTime time)
    {
        ArgumentNullException.ThrowIfNull(behaviourEvent);
        int number = _plan.Types.Find(behaviourEvent.Type);
        if (number < 0)
        {
            return;
        }

        EventPlan type = _plan.Events[number];
        ulong user = KeyHash.Of(behaviourEvent.UserId), request = KeyHash.Of(behaviourEvent.RequestId);
        time = Clamped(time);
        long before = Now, at = time.Counted;
        Now = time.Now;
        if (_requests.Any)
        {
            // A clock that has not begun may go back: that ends every request.
            CountOver(Now < before ? long.MaxValue : Now, Now, user, type.IsImpression ? request : 0);
        }

        ulong item = KeyHash.Of(behaviourEvent.ItemId);
        _ = _keepsOfUser[number] && user != 0 ? _users.Add(user, Now) : _users.See(user, Now);
        _ = _items.See(item, Now);
        if (type.SetsFields)
        {
            SetFields(behaviourEvent, type, user, item, at);
        }

        if (type.SignalFields.Length > 0 && user != 0)
        {
            _userFields.Replace(user, type.FirstSignalField, type.SignalFields, behaviourEvent, 2 * at, Now);
        }

        if (type.IsImpression || type.Behaviours.Count > 0)
        {
            var pending = new PendingEvent(
                number, at, user, item, request, IdentityKey.Of(behaviourEvent).Low,
                type.Behaviours.Count > 0 && _historyHash is not null ? _historyHash.Of(behaviourEvent.ItemId) : 0, behaviourEvent.Value);
            Take(pending, type, behaviourEvent, time);
        }
    }

    /// <summary>Writes the whole state; the caller keeps a checksum.</summary>
    public void Save(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using var writer = new BinaryWriter(destination, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(_fingerprint);
        writer.Write(Now);
        _totals.Save(writer);
        _users.Save(writer);
        _userFields.Save(writer);
        _items.Save(writer);
        _itemFields.Save(writer);
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
            Now = reader.ReadInt64();
            _totals.Restore(reader);
            _users.Restore(reader);
            _userFields.Restore(reader);
            _items.Restore(reader);
            _itemFields.Restore(reader);
            _histories?.Restore(reader);
            _closeness.Restore(reader);
            _identities.Restore(reader);
            _requests.Restore(reader);
            _store.Restore(reader);
            _users.EndRestore();
            _items.EndRestore();
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
                $"The stream begins with {magic:x8}, feature state of format 3 with {Magic:x8}. The stage is as it was. " +
                "Restore a state that this version wrote.");
        }

        if (fingerprint != _fingerprint)
        {
            throw new FeatureStateException(
                $"The feature state was saved for scene {fingerprint:x16}, this stage has scene {_fingerprint:x16}: behaviours, counters, " +
                "fields or history differ. The stage is as it was. Restore it with the scene it was saved with, or replay the log.");
        }
    }

    private void Take(in PendingEvent pending, EventPlan type, BehaviourEvent behaviourEvent, in EventTime time)
    {
        if (type.IsImpression)
        {
            TakeImpression(pending, behaviourEvent, time);
            return;
        }

        bool isKnown = _identities.IsKnown(pending.Identity, Now);
        if (!isKnown)
        {
            _values.Begin(behaviourEvent, time);
        }

        int waiting = _requests.CountOf(pending.User);
        if (waiting > 0)
        {
            _requests.Enqueue(isKnown ? pending : _counter.RememberAlone(pending, _values, waiting, Now), Now);
        }
        else if (isKnown)
        {
            _counter.Count(pending, Now);
        }
        else
        {
            _counter.CountAlone(pending, _values, Now);
        }
    }

    private void TakeImpression(in PendingEvent pending, BehaviourEvent impression, in EventTime time)
    {
        _values.Begin(impression, time);
        if (_counter.TryRemember(pending, _values, Now))
        {
            _requests.Enqueue(pending, Now);
        }
    }

    /// <summary>The times of a row and of windows lie in [0, <see cref="LatestTime"/>].</summary>
    private static EventTime Clamped(in EventTime time) =>
        time with { At = Math.Clamp(time.At, 0, LatestTime), Now = Math.Clamp(time.Now, 0, LatestTime) };

    private void CountOver(long at, long now, ulong user, ulong request)
    {
        while (_requests.TryDequeue(at, user, request, out PendingEvent pending))
        {
            _counter.Count(pending, now);
        }
    }

    private void SetFields(BehaviourEvent behaviourEvent, EventPlan type, ulong user, ulong item, long at)
    {
        long rank = (2 * at) + (type.IsStatus ? 1 : 0);
        if (item != 0)
        {
            _itemFields.Merge(item, _plan.ItemFields, behaviourEvent, rank, Now);
        }
        else if (user != 0)
        {
            _userFields.Merge(user, _plan.UserFields, behaviourEvent, rank, Now);
        }
    }
}
