using Freshet.Core.Samples;
using Freshet.Samples.Joining;
using Freshet.Samples.Time;

namespace Freshet.Samples.Attribution;

/// <summary>
/// The negative cache: an entry waits until the watermark is later than its time plus the longest window, then leaves once
/// with the labels found. Later repeats open new entries.
/// </summary>
internal sealed class WindowAttribution(
    JoinState state, AttributionTimes times, Labeller labeller, SceneDays days, SampleDay left)
{
    private readonly PriorityQueue<WindowEntry, (long ShownAt, long Sequence)> _open = new();
    private long _sequence;

    /// <summary>Opens an entry for the impression <paramref name="kept"/>, or moves the open first entry to it.</summary>
    public void Open(int index, int kept)
    {
        ref Identity identity = ref state.Identities[index];
        ref KeptEvent impression = ref state.Events[kept];
        impression.IsEntry = true;
        identity.IsOpen = true;
        identity.EntryAt = impression.At;
        identity.ExpiresAt = Math.Max(identity.ExpiresAt, impression.At + times.LongestWindow + times.Retain);
        _open.Enqueue(new WindowEntry(index, impression.At), (impression.At, _sequence++));
    }

    /// <summary>Whether an event lies in the window of the entry that has not left.</summary>
    public bool IsInOpenEntry(in Identity identity, in KeptEvent e) => identity.IsOpen && IsWithin(identity.EntryAt, e);

    /// <summary>Whether an event lies in the window of any entry the identity has had.</summary>
    public bool IsInAnyEntry(in Identity identity, in KeptEvent e)
    {
        for (int kept = identity.Impressions; kept >= 0; kept = state.Events[kept].Next)
        {
            ref KeptEvent impression = ref state.Events[kept];
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
        while (_open.TryPeek(out WindowEntry entry, out _) && entry.ShownAt + times.LongestWindow < until)
        {
            _ = _open.Dequeue();
            ref Identity identity = ref state.Identities[entry.Identity];
            if (!identity.IsAlive || !identity.IsOpen || identity.EntryAt != entry.ShownAt)
            {
                continue; // the entry has moved to an earlier first impression
            }

            identity.IsOpen = false;
            labeller.LabelByWindow(identity, entry.ShownAt);
            LabelTree tree = labeller.Tree;
            left.Add(
                new LabelledSample(entry.ShownAt, watermark, identity.Row, identity.Repeats, tree.Labels, identity.Key.Low),
                identity.Key, tree.Times, tree.Values, labeller.Targets);
        }
    }

    /// <summary>Appends what has left since the last call to the days of <paramref name="table"/>.</summary>
    public void MoveTo(SampleTable table)
    {
        for (int i = 0; i < left.Count; i++)
        {
            LabelledSample sample = left.Samples[i];
            table.Open(days.DateOf(sample.ShownAt))
                .Add(sample, left.Identities[i], left.LabelTimes(i), left.LabelValues(i), left.Targets(i));
        }

        left.Clear();
    }

    private bool IsWithin(long shownAt, in KeptEvent e) => e.At >= shownAt && e.At <= shownAt + times.TypeWindows[e.Type];
}
