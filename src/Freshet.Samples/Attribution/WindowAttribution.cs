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
    private readonly PriorityQueue<int, (long ShownAt, long Number)> _open = new();
    private long _sequence;

    /// <summary>Opens an entry for the impression <paramref name="kept"/>, or moves the open first entry to it.</summary>
    public void Open(int index, int kept)
    {
        ref Identity identity = ref state.Identities.Change(index);
        ref KeptEvent impression = ref state.Events.Change(kept);
        impression.IsEntry = true;
        impression.EntryNumber = _sequence++;
        identity.Set(IdentityFlags.Open, true);
        identity.Entry = kept;
        identity.ExpiresAt = Math.Max(identity.ExpiresAt, impression.At + times.LongestWindow + times.Retain);
        _open.Enqueue(index, (impression.At, impression.EntryNumber));
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
        while (_open.TryPeek(out int index, out (long ShownAt, long Number) entry) && entry.ShownAt + times.LongestWindow < until)
        {
            _ = _open.Dequeue();
            ref readonly Identity identity = ref state.Identities[index];
            if (!identity.IsAlive || !identity.IsOpen || EntryAt(identity) != entry.ShownAt)
            {
                continue; // the entry has moved to an earlier first impression
            }

            state.Identities.Change(index).Set(IdentityFlags.Open, false);
            labeller.LabelByWindow(identity, entry.ShownAt);
            LabelTree tree = labeller.Tree;
            left.AddAttributed(
                watermark,
                new LabelledSample(entry.ShownAt, state.RowOf(identity), identity.Repeats, tree.Labels, identity.Key.Low),
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
                .AddAttributed(left.AttributedAt(i), sample, left.Identities[i], left.LabelTimes(i), left.LabelValues(i), left.Targets(i));
        }

        left.Clear();
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

    /// <summary>Lets the open entries of restored identities wait again.</summary>
    public void EndRestore()
    {
        for (int index = 0; index < state.Identities.Count; index++)
        {
            ref readonly Identity identity = ref state.Identities[index];
            if (identity.IsAlive && identity.IsOpen)
            {
                ref readonly KeptEvent entry = ref state.Events[identity.Entry];
                _open.Enqueue(index, (entry.At, entry.EntryNumber));
            }
        }
    }

    private bool IsWithin(long shownAt, in KeptEvent e) => e.At >= shownAt && e.At <= shownAt + times.TypeWindows[e.Type];
}
