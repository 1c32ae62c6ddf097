using Freshet.Core.Samples;
using Freshet.Samples.Delays;
using Freshet.Samples.Joining;
using Freshet.Samples.Time;

namespace Freshet.Samples.Attribution;

/// <summary>A first row for every identity, at once or after <c>emit_after</c>, and a further row for the labels that come after it.</summary>
/// <remarks>
/// Rows stand in the order in which they left, on the day on which they left, so a trainer that has learnt up to a time has learnt every row
/// before it: nothing is lost, nothing doubled.
/// </remarks>
internal sealed class ImmediateAttribution(
    JoinState state, AttributionTimes times, Labeller labeller, LabelNews news, SceneDays days, SampleDay left, JoinCounters counters)
{
    private readonly PriorityQueue<int, (long ShownAt, long Number)> _open = new();
    private readonly float[] _noTargets = [.. Enumerable.Repeat(float.NaN, left.TargetCount)];
    private long _sequence;

    /// <summary>Takes an identity's first impression, or an earlier one.</summary>
    public void Open(int index)
    {
        ref readonly Identity identity = ref state.Identities[index];
        if (identity.Has(IdentityFlags.Left))
        {
            return;
        }

        if (times.EmitAfter > 0)
        {
            ref KeptEvent first = ref state.Events.Change(identity.FirstImpression);
            first.EntryNumber = _sequence++;
            state.Identities.Change(index).ExpiresAt = Math.Max(identity.ExpiresAt, identity.ShownAt + times.EmitAfter + times.Retain);
            _open.Enqueue(index, (identity.ShownAt, first.EntryNumber));
            return;
        }

        labeller.Tree.Begin();
        AddFirst(index, 0, _noTargets);
    }

    /// <summary>Lets the labels leave that have just become 1; those of an identity that still waits leave with its first row.</summary>
    /// <param name="identity">Labelled just before.</param>
    /// <param name="labels">What is new; 0: nothing.</param>
    public void Add(in Identity identity, uint labels)
    {
        if (labels == 0 || !identity.Has(IdentityFlags.Left))
        {
            return;
        }

        long latest = long.MinValue;
        for (int i = 0; i < labeller.Tree.Times.Length; i++)
        {
            latest = (labels >> i & 1) != 0 ? Math.Max(latest, labeller.Tree.Times[i]) : latest;
        }

        counters.Positives++;
        Add(
            identity, EmissionKind.Positive, identity.KnownLabels, labels,
            Math.Max(latest - identity.ShownAt, news.ElapsedSince(identity.ShownAt)), labeller.TargetsSoFar);
    }

    /// <summary>Lets all first rows leave whose wait is over at <paramref name="until"/>.</summary>
    public void Leave(long until)
    {
        while (_open.TryPeek(out int index, out (long ShownAt, long Number) entry) && entry.ShownAt + times.EmitAfter < until)
        {
            _ = _open.Dequeue();
            ref readonly Identity identity = ref state.Identities[index];
            if (!IsWaiting(identity) || state.Events[identity.FirstImpression].EntryNumber != entry.Number)
            {
                continue; // it waits under an earlier first impression
            }

            labeller.LabelByHorizon(identity);
            AddFirst(index, identity.KnownLabels, labeller.TargetsSoFar);
        }
    }

    /// <summary>Appends what has left since the last call to the days of <paramref name="table"/>.</summary>
    public void MoveTo(SampleTable table)
    {
        for (int i = 0; i < left.Count; i++)
        {
            LabelledSample sample = left.Samples[i];
            table.Open(days.DateOf(sample.LeftAt))
                .AddAttributed(sample.LeftAt, sample, left.Identities[i], left.LabelTimes(i), left.LabelValues(i), left.Targets(i));
        }

        left.Clear();
        table.LateShares = news.Delays.Select(LateShare).ToArray();
    }

    /// <summary>Writes what follows neither from identities nor from events: what has left and was not moved to a table.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(_sequence);
        SampleBytes.WriteAll(writer, left);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader)
    {
        _sequence = reader.ReadInt64();
        SampleBytes.ReadAll(reader, left);
    }

    /// <summary>Lets restored identities wait again whose first row has not left.</summary>
    public void EndRestore()
    {
        for (int index = 0; times.EmitAfter > 0 && index < state.Identities.Count; index++)
        {
            ref readonly Identity identity = ref state.Identities[index];
            if (IsWaiting(identity))
            {
                _open.Enqueue(index, (identity.ShownAt, state.Events[identity.FirstImpression].EntryNumber));
            }
        }
    }

    private static bool IsWaiting(in Identity identity) =>
        identity.IsAlive && !identity.IsOrphan && !identity.Has(IdentityFlags.Left);

    /// <summary>1 where all labels leave in rows of their own, and where none was seen yet.</summary>
    private double LateShare(DelaySketch delays) =>
        times.EmitAfter == 0 || delays.Count == 0 ? 1 : 1 - delays.ShareWithin(times.EmitAfter);

    private void AddFirst(int index, uint labels, ReadOnlySpan<float> targets)
    {
        ref Identity identity = ref state.Identities.Change(index);
        identity.Set(IdentityFlags.Left, true);
        counters.Observed++;
        Add(identity, EmissionKind.Observed, labels, uint.MaxValue, news.ElapsedSince(identity.ShownAt), targets);
    }

    private void Add(in Identity identity, EmissionKind kind, uint labels, uint taught, long elapsed, ReadOnlySpan<float> targets) => left.AddAttributed(
        news.Now,
        new LabelledSample(
            identity.ShownAt, state.RowOf(identity), identity.Repeats, labels, identity.Key.Low, kind, taught, elapsed, news.Now),
        identity.Key, labeller.Tree.Times, labeller.Tree.Values, targets);
}
