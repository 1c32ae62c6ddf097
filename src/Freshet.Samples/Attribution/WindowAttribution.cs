using Freshet.Core.Samples;
using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>
/// The negative cache: an entry waits until the watermark is later than its time plus the longest window, then leaves once
/// with the labels found. Later repeats open new entries.
/// </summary>
internal sealed class WindowAttribution(JoinState state, AttributionTimes times, Labeller labeller, WaitingSamples waiting)
{
    /// <summary>Opens an entry for the impression <paramref name="kept"/>, or moves the open first entry to it.</summary>
    public void Open(int index, int kept)
    {
        ref Identity identity = ref state.Identities.Change(index);
        ref KeptEvent impression = ref state.Events.Change(kept);
        impression.IsEntry = true;
        impression.EntryNumber = waiting.Add(index, impression.At);
        identity.Set(IdentityFlags.Open, true);
        identity.Entry = kept;
        identity.ExpiresAt = Math.Max(identity.ExpiresAt, impression.At + times.LongestWindow + times.Retain);
    }

    /// <summary>Whether an event lies in the window of the entry that has not left.</summary>
    public bool IsInOpenEntry(in Identity identity, in KeptEvent e) => identity.IsOpen && IsWithin(EntryAt(identity), e);

    /// <summary>shown_at of the newest entry of an identity that has had one.</summary>
    public long EntryAt(in Identity identity) => state.Events[identity.Entry].At;

    /// <summary>Whether an event lies in the window of any entry the identity has had.</summary>
    public bool IsInAnyEntry(in Identity identity, in KeptEvent e)
    {
        for (int kept = identity.Impressions; kept >= 0; kept = state.Events[kept].Next)
        {
            ref readonly KeptEvent impression = ref state.Events[kept];
            if (impression.IsEntry && IsWithin(impression.At, e))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Lets all entries leave whose time is over at <paramref name="until"/>.</summary>
    public void Leave(long until, long watermark)
    {
        while (waiting.TryTake(until, out int index, out (long ShownAt, long Number) entry))
        {
            ref readonly Identity identity = ref state.Identities[index];
            if (!identity.IsAlive || !identity.IsOpen || EntryAt(identity) != entry.ShownAt)
            {
                continue; // the entry has moved to an earlier first impression
            }

            state.Identities.Change(index).Set(IdentityFlags.Open, false);
            labeller.LabelByWindow(identity, entry.ShownAt);
            LabelTree tree = labeller.Tree;
            waiting.Leave(
                watermark,
                new LabelledSample(entry.ShownAt, state.RowOf(identity), identity.Repeats, tree.Labels, identity.Key.Low),
                identity.Key, tree.Times, tree.Values, labeller.Targets);
        }
    }

    /// <summary>Lets the open entries of restored identities wait again.</summary>
    public void EndRestore()
    {
        for (int index = 0; index < state.Identities.Count; index++)
        {
            ref readonly Identity identity = ref state.Identities[index];
            if (identity.IsAlive && identity.IsOpen)
            {
                ref readonly KeptEvent entry = ref state.Events[identity.Entry];
                waiting.Restore(index, entry.At, entry.EntryNumber);
            }
        }
    }

    private bool IsWithin(long shownAt, in KeptEvent e) => e.At >= shownAt && e.At <= shownAt + times.TypeWindows[e.Type];
}
