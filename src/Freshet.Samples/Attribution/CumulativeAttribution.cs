using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>One sample per identity, with the labels of all that has arrived, for the days that are still open.</summary>
/// <param name="parts">Parts of the joiner.</param>
/// <param name="alwaysInFull">Tests and benchmarks only: every day is attributed from all its identities, whatever changed.</param>
internal sealed class CumulativeAttribution(AttributionParts parts, bool alwaysInFull) : IAttribution
{
    private readonly JoinState _state = parts.State;
    private readonly DayFiles _files = parts.Files;
    private readonly AttributionTimes _times = parts.Times;
    private readonly Labeller _labeller = parts.Labeller;
    private readonly Dictionary<int, DayAttribution> _days = [];
    private long _lastCutoff = long.MinValue; // the cutoff before
    private int[] _restoredDays = [];
    private Due? _due;

    public bool IsInTime(in Identity identity, in KeptEvent e) => e.At < _times.HorizonEnd(identity.ShownAt);

    public void OnFirst(int index, in FormerImpression former)
    {
        if (former.IsNone)
        {
            _files.MarkNew(index);
        }
        else
        {
            _files.MarkMoved(index, former.Day, new GoneSample(former.ShownAt, _state.Identities[index].Key));
        }
    }

    public bool OnRepeat(int index, int kept)
    {
        _files.MarkChanged(index); // the sample says how often the page was looked at
        return false;
    }

    public bool OnJoined(int index, in KeptEvent e)
    {
        _files.MarkChanged(index);
        return true;
    }

    public bool OnLabels(int index, uint labels) =>
        _lastCutoff != long.MinValue && _state.Identities[index].ShownAt <= _lastCutoff - _times.MinAge;

    public void OnWatermark(long watermark)
    {
        // Samples leave by cutoff alone.
    }

    /// <summary>
    /// Attributes the cutoff's day and earlier days that were open at the last cutoff: a day is attributed for the last
    /// time at the first cutoff at which its horizons are over and nothing of it is held back.
    /// </summary>
    public void Cut(long cutoff, int day, long watermark)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cutoff, _lastCutoff);
        _due = new Due(_lastCutoff, day, cutoff - _times.MinAge, cutoff);
        _lastCutoff = cutoff;
    }

    /// <summary>Attributes every day of the state and holds nothing back.</summary>
    public void CutAll(long watermark) => _due = new Due(long.MinValue, int.MaxValue, long.MaxValue, watermark);

    public void Drain(long watermark)
    {
        // Nothing waits: each cutoff gives the labels of all that has arrived.
    }

    public void WriteTo(SampleTable table)
    {
        if (_due is not { } due)
        {
            return;
        }

        _due = null;
        table.BeginCut();
        foreach (DayFile file in _files.Files)
        {
            if (file.Day <= due.LastDay && _times.FinalFrom(file.Day) > due.OpenAt)
            {
                SampleDay day = table.Open(DateOnly.FromDayNumber(file.Day));
                Find(file).Cut(due.Newest, due.AttributedAt, day, alwaysInFull);
                if (table.TryHandOut(day.Date))
                {
                    _ = _days.Remove(file.Day);
                }
            }
        }
    }

    public void ForgetRemovedDays()
    {
        foreach (int day in _days.Keys)
        {
            if (!_files.Has(day))
            {
                _days.Remove(day);
            }
        }
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_lastCutoff);
        writer.Write(_files.Files.Count);
        foreach (DayFile file in _files.Files)
        {
            writer.Write(file.Day);
        }
    }

    public void Restore(BinaryReader reader)
    {
        _lastCutoff = reader.ReadInt64();
        _restoredDays = new int[reader.ReadInt32()];
        foreach (ref int day in _restoredDays.AsSpan())
        {
            day = reader.ReadInt32();
        }
    }

    /// <summary>
    /// Opens the days that every identity has left: no identity leads to them, and they still show samples from before. A
    /// restored day is attributed in full at its next cutoff.
    /// </summary>
    public void EndRestore()
    {
        foreach (int day in _restoredDays)
        {
            _ = _files.Open(day);
        }

        _restoredDays = [];
    }

    private DayAttribution Find(DayFile file)
    {
        if (!_days.TryGetValue(file.Day, out DayAttribution? attribution))
        {
            _days[file.Day] = attribution = new DayAttribution(_state, file, _labeller);
        }

        return attribution;
    }

    /// <summary>What the table is to show: the days up to <paramref name="LastDay"/> that were open at a cutoff.</summary>
    /// <param name="OpenAt">The cutoff at which they were open, ms since the epoch.</param>
    /// <param name="LastDay">The last of them.</param>
    /// <param name="Newest">Identities shown later are held back, ms since the epoch.</param>
    /// <param name="AttributedAt">ms since the epoch.</param>
    private readonly record struct Due(long OpenAt, int LastDay, long Newest, long AttributedAt);
}
