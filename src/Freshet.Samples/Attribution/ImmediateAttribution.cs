using Freshet.Core.Samples;
using Freshet.Samples.Delays;
using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>A first row for every identity, at once or after <c>emit_after</c>, and a further row for the labels that come after it.</summary>
/// <remarks>
/// Rows stand in the order in which they left, on the day on which they left, so a trainer that has learnt up to a time has learnt every row
/// before it: nothing is lost, nothing doubled.
/// </remarks>
internal sealed class ImmediateAttribution(AttributionParts parts) : IAttribution
{
    private readonly JoinState _state = parts.State;
    private readonly AttributionTimes _times = parts.Times;
    private readonly Labeller _labeller = parts.Labeller;
    private readonly LabelNews _news = parts.News;
    private readonly JoinCounters _counters = parts.Counters;
    private readonly WaitingQueue _waiting = new(parts.Times.EmitAfter);
    private readonly LeftSamples _left = new(parts.Scene, parts.Days);
    private readonly float[] _noTargets = [.. Enumerable.Repeat(float.NaN, parts.Scene.Regressions.Count)];

    public bool IsInTime(in Identity identity, in KeptEvent e) => e.At < _times.HorizonEnd(identity.ShownAt);

    /// <summary>Lets the first row leave, or lets it wait; where it has left, it stays as it was.</summary>
    public void OnFirst(int index, in FormerImpression former)
    {
        ref readonly Identity identity = ref _state.Identities[index];
        if (identity.Has(IdentityFlags.Left))
        {
            return;
        }

        if (_times.EmitAfter > 0)
        {
            _state.Events.Change(identity.FirstImpression).EntryNumber = _waiting.Add(index, identity.ShownAt);
            _state.Identities.Change(index).ExpiresAt = Math.Max(identity.ExpiresAt, identity.ShownAt + _times.EmitAfter + _times.Retain);
            return;
        }

        _labeller.Tree.Begin();
        AddFirst(index, 0, _noTargets);
    }

    public bool OnRepeat(int index, int kept) => false;

    public bool OnJoined(int index, in KeptEvent e) => true;

    /// <summary>Lets the labels leave in a row of their own; those of an identity that still waits leave with its first row.</summary>
    public bool OnLabels(int index, uint labels)
    {
        ref readonly Identity identity = ref _state.Identities[index];
        if (!identity.Has(IdentityFlags.Left))
        {
            return false;
        }

        _labeller.LabelByHorizon(identity);
        long latest = long.MinValue;
        for (int i = 0; i < _labeller.Tree.Times.Length; i++)
        {
            latest = (labels >> i & 1) != 0 ? Math.Max(latest, _labeller.Tree.Times[i]) : latest;
        }

        _counters.Positives++;
        Add(
            identity, EmissionKind.Positive, identity.KnownLabels, labels,
            Math.Max(latest - identity.ShownAt, _news.ElapsedSince(identity.ShownAt)), _labeller.TargetsSoFar);
        return true;
    }

    public void OnWatermark(long watermark) => Leave(watermark);

    public void Cut(long cutoff, int day, long watermark)
    {
        // Rows leave as events come; a cutoff only hands them out.
    }

    public void CutAll(long watermark)
    {
        // As at a cutoff.
    }

    public void Drain(long watermark) => Leave(long.MaxValue);

    public void WriteTo(SampleTable table)
    {
        _left.MoveTo(table);
        table.LateShares = (double[])[.. _news.Delays.Select(LateShare)];
    }

    public void ForgetRemovedDays()
    {
        // It knows identities, no days.
    }

    public void Save(BinaryWriter writer)
    {
        _waiting.Save(writer);
        _left.Save(writer);
    }

    public void Restore(BinaryReader reader)
    {
        _waiting.Restore(reader);
        _left.Restore(reader);
    }

    /// <summary>Lets restored identities wait again whose first row has not left.</summary>
    public void EndRestore()
    {
        for (int index = 0; _times.EmitAfter > 0 && index < _state.Identities.Count; index++)
        {
            ref readonly Identity identity = ref _state.Identities[index];
            if (IsWaiting(identity))
            {
                _waiting.AddAgain(index, identity.ShownAt, _state.Events[identity.FirstImpression].EntryNumber);
            }
        }
    }

    /// <summary>Lets all first rows leave whose wait is over at <paramref name="until"/>.</summary>
    private void Leave(long until)
    {
        while (_waiting.TryTake(until, out int index, out (long ShownAt, long Number) entry))
        {
            ref readonly Identity identity = ref _state.Identities[index];
            if (!IsWaiting(identity) || _state.Events[identity.FirstImpression].EntryNumber != entry.Number)
            {
                continue; // it waits under an earlier first impression
            }

            _labeller.LabelByHorizon(identity);
            AddFirst(index, identity.KnownLabels, _labeller.TargetsSoFar);
        }
    }

    private static bool IsWaiting(in Identity identity) =>
        identity.IsAlive && !identity.IsOrphan && !identity.Has(IdentityFlags.Left);

    /// <summary>Share of a label's positives that come after the first row: 1 where all leave in rows of their own, and where none was seen yet.</summary>
    private double LateShare(DelaySketch delays) =>
        _times.EmitAfter == 0 || delays.Count == 0 ? 1 : 1 - delays.ShareWithin(_times.EmitAfter);

    private void AddFirst(int index, uint labels, ReadOnlySpan<float> targets)
    {
        ref Identity identity = ref _state.Identities.Change(index);
        identity.Set(IdentityFlags.Left, true);
        _counters.Observed++;
        Add(identity, EmissionKind.Observed, labels, uint.MaxValue, _news.ElapsedSince(identity.ShownAt), targets);
    }

    /// <summary>Adds a row with the label times and values that the labeller found last.</summary>
    private void Add(in Identity identity, EmissionKind kind, uint labels, uint taught, long elapsed, ReadOnlySpan<float> targets) => _left.Add(
        _news.Now,
        new LabelledSample(
            identity.ShownAt, _state.RowOf(identity), identity.Repeats, labels, identity.Key.Low, kind, taught, elapsed, _news.Now),
        identity.Key, _labeller.Tree.Times, _labeller.Tree.Values, targets);
}
