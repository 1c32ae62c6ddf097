using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>One sample per identity, with the labels of all that has arrived, for the days that are still open.</summary>
internal sealed class CumulativeAttribution(JoinState state, DayFiles files, AttributionTimes times, Labeller labeller)
{
    private readonly Dictionary<int, DayAttribution> _days = [];

    /// <summary>The cutoff before; <see cref="long.MinValue"/> before the first.</summary>
    public long LastCutoff { get; set; } = long.MinValue;

    /// <summary>Tests only: every day is attributed from all its identities, whatever changed.</summary>
    public bool AlwaysInFull { get; set; }

    /// <summary>Whether a cutoff has handed out what is shown at <paramref name="shownAt"/>.</summary>
    public bool HasLeft(long shownAt) => LastCutoff != long.MinValue && shownAt <= LastCutoff - times.MinAge;

    /// <summary>
    /// Attributes the cutoff's day and earlier days that were open at the last cutoff: a day is attributed for the last
    /// time at the first cutoff at which its horizons are over and nothing of it is held back.
    /// </summary>
    public void Cut(long cutoff, int cutoffDay, SampleTable table)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cutoff, LastCutoff);
        table.BeginCut();
        foreach (DayFile file in files.Files)
        {
            if (file.Day <= cutoffDay && times.FinalFrom(file.Day) > LastCutoff)
            {
                Attribute(file, cutoff - times.MinAge, cutoff, table);
            }
        }

        LastCutoff = cutoff;
    }

    /// <summary>Attributes every day of the state and holds nothing back.</summary>
    public void CutAll(long attributedAt, SampleTable table)
    {
        table.BeginCut();
        foreach (DayFile file in files.Files)
        {
            Attribute(file, long.MaxValue, attributedAt, table);
        }
    }

    /// <summary>Forgets the days that are no longer in the state.</summary>
    public void ForgetRemoved()
    {
        foreach (int day in _days.Keys)
        {
            if (!files.Has(day))
            {
                _days.Remove(day);
            }
        }
    }

    private void Attribute(DayFile file, long newest, long attributedAt, SampleTable table)
    {
        if (!_days.TryGetValue(file.Day, out DayAttribution? attribution))
        {
            _days[file.Day] = attribution = new DayAttribution(state, file, labeller);
        }

        attribution.Cut(newest, attributedAt, table.Open(DateOnly.FromDayNumber(file.Day)), AlwaysInFull);
    }
}
