using Freshet.Core.Samples;
using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>
/// The negative cache: an entry waits until the watermark is later than its time plus the longest window, then leaves once
/// with the labels found. Later repeats open new entries.
/// </summary>
internal sealed class WindowAttribution(AttributionParts parts) : IAttribution
{
    private readonly JoinState _state = parts.State;
    private readonly AttributionTimes _times = parts.Times;
    private readonly Labeller _labeller = parts.Labeller;
    private readonly WaitingQueue _waiting = new(parts.Times.LongestWindow);
    private readonly LeftSamples _left = new(parts.Scene, parts.Days);

    /// <summary>Whether an event lies in the window of any entry the identity has had.</summary>
    public bool IsInTime(in Identity identity, in KeptEvent e)
    {
        for (int kept = identity.Impressions; kept >= 0; kept = _state.Events[kept].Next)
        {
            ref readonly KeptEvent impression = ref _state.Events[kept];
            if (impression.IsEntry && IsWithin(impression.At, e))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Opens the first entry; where that of the former first impression is open, it moves to the new one.</summary>
    public void OnFirst(int index, in FormerImpression former)
    {
        ref Identity identity = ref _state.Identities.Change(index);
        if (!identity.IsOpen)
        {
            Open(index, identity.FirstImpression);
            return;
        }

        identity.ExpiresAt = Math.Max(identity.ExpiresAt, NeededUntil(EntryAt(identity)));
        if (EntryAt(identity) == former.ShownAt)
        {
            _state.Events.Change(former.Event).IsEntry = false;
            Open(index, identity.FirstImpression);
        }
    }

    public bool OnRepeat(int index, int kept)
    {
        if (_state.Identities[index].IsOpen)
        {
            return false;
        }

        Open(index, kept);
        return true;
    }

    public bool OnJoined(int index, in KeptEvent e)
    {
        ref readonly Identity identity = ref _state.Identities[index];
        return identity.IsOpen && IsWithin(EntryAt(identity), e);
    }

    public bool OnLabels(int index, uint labels) => !_state.Identities[index].IsOpen;

    public void OnWatermark(long watermark) => Leave(watermark, watermark);

    /// <summary>Lets those leave too that came after the watermark had moved.</summary>
    public void Cut(long cutoff, int day, long watermark) => Leave(watermark, watermark);

    public void CutAll(long watermark) => Leave(watermark, watermark);

    public void Drain(long watermark) => Leave(long.MaxValue, watermark);

    public void WriteTo(SampleTable table) => _left.MoveTo(table);

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

    /// <summary>Lets the open entries of restored identities wait again.</summary>
    public void EndRestore()
    {
        for (int index = 0; index < _state.Identities.Count; index++)
        {
            ref readonly Identity identity = ref _state.Identities[index];
            if (identity.IsAlive && identity.IsOpen)
            {
                ref readonly KeptEvent entry = ref _state.Events[identity.Entry];
                _waiting.AddAgain(index, entry.At, entry.EntryNumber);
            }
        }
    }

    /// <summary>Opens an entry for the impression <paramref name="kept"/>.</summary>
    private void Open(int index, int kept)
    {
        ref Identity identity = ref _state.Identities.Change(index);
        ref KeptEvent impression = ref _state.Events.Change(kept);
        impression.IsEntry = true;
        impression.EntryNumber = _waiting.Add(index, impression.At);
        identity.Set(IdentityFlags.Open, true);
        identity.Entry = kept;
        identity.ExpiresAt = Math.Max(identity.ExpiresAt, NeededUntil(impression.At));
    }

    private void Leave(long until, long watermark)
    {
        while (_waiting.TryTake(until, out int index, out (long ShownAt, long Number) entry))
        {
            ref readonly Identity identity = ref _state.Identities[index];
            if (!identity.IsAlive || !identity.IsOpen || EntryAt(identity) != entry.ShownAt)
            {
                continue; // the entry has moved to an earlier first impression
            }

            _state.Identities.Change(index).Set(IdentityFlags.Open, false);
            _labeller.LabelByWindow(identity, entry.ShownAt);
            LabelTree tree = _labeller.Tree;
            _left.Add(
                watermark,
                new LabelledSample(entry.ShownAt, _state.RowOf(identity), identity.Repeats, tree.Labels, identity.Key.Low),
                identity.Key, tree.Times, tree.Values, _labeller.Targets);
        }
    }

    /// <summary>shown_at of the newest entry of an identity that has had one.</summary>
    private long EntryAt(in Identity identity) => _state.Events[identity.Entry].At;

    /// <summary>When an identity may be given back whose entry is shown at <paramref name="shownAt"/>.</summary>
    private long NeededUntil(long shownAt) => shownAt + _times.LongestWindow + _times.Retain;

    private bool IsWithin(long shownAt, in KeptEvent e) => e.At >= shownAt && e.At <= shownAt + _times.TypeWindows[e.Type];
}
