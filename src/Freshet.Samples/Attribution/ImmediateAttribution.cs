using Freshet.Core.Samples;
using Freshet.Samples.Delays;
using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>A first row for every identity, at once or after <c>emit_after</c>, and a further row for the labels that come after it.</summary>
/// <remarks>
/// Rows stand in the order in which they left, on the day on which they left, so a trainer that has learnt up to a time has learnt every row
/// before it: nothing is lost, nothing doubled.
/// </remarks>
internal sealed class ImmediateAttribution(
    JoinState state, AttributionTimes times, Labeller labeller, LabelNews news, WaitingSamples waiting, int targets, JoinCounters counters)
{
    private readonly float[] _noTargets = [.. Enumerable.Repeat(float.NaN, targets)];

    /// <summary>[B] share of each label's positives that come after the first row: 1 where all leave in rows of their own, and where none was seen yet.</summary>
    public double[] LateShares => [.. news.Delays.Select(LateShare)];

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
            state.Events.Change(identity.FirstImpression).EntryNumber = waiting.Add(index, identity.ShownAt);
            state.Identities.Change(index).ExpiresAt = Math.Max(identity.ExpiresAt, identity.ShownAt + times.EmitAfter + times.Retain);
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
        while (waiting.TryTake(until, out int index, out (long ShownAt, long Number) entry))
        {
            ref readonly Identity identity = ref state.Identities[index];
            if (!IsWaiting(identity) || state.Events[identity.FirstImpression].EntryNumber != entry.Number)
            {
                continue; // it waits under an earlier first impression
            }

            labeller.LabelByHorizon(identity);
            AddFirst(index, identity.KnownLabels, labeller.TargetsSoFar);
        }
    }

    /// <summary>Lets restored identities wait again whose first row has not left.</summary>
    public void EndRestore()
    {
        for (int index = 0; times.EmitAfter > 0 && index < state.Identities.Count; index++)
        {
            ref readonly Identity identity = ref state.Identities[index];
            if (IsWaiting(identity))
            {
                waiting.Restore(index, identity.ShownAt, state.Events[identity.FirstImpression].EntryNumber);
            }
        }
    }

    private static bool IsWaiting(in Identity identity) =>
        identity.IsAlive && !identity.IsOrphan && !identity.Has(IdentityFlags.Left);

    private double LateShare(DelaySketch delays) =>
        times.EmitAfter == 0 || delays.Count == 0 ? 1 : 1 - delays.ShareWithin(times.EmitAfter);

    private void AddFirst(int index, uint labels, ReadOnlySpan<float> targets)
    {
        ref Identity identity = ref state.Identities.Change(index);
        identity.Set(IdentityFlags.Left, true);
        counters.Observed++;
        Add(identity, EmissionKind.Observed, labels, uint.MaxValue, news.ElapsedSince(identity.ShownAt), targets);
    }

    private void Add(in Identity identity, EmissionKind kind, uint labels, uint taught, long elapsed, ReadOnlySpan<float> targets) => waiting.Leave(
        news.Now,
        new LabelledSample(
            identity.ShownAt, state.RowOf(identity), identity.Repeats, labels, identity.Key.Low, kind, taught, elapsed, news.Now),
        identity.Key, labeller.Tree.Times, labeller.Tree.Values, targets);
}
