using Freshet.Core.Samples;
using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>One sample per identity, with the labels of all that has arrived, for the days that are still open.</summary>
internal sealed class CumulativeAttribution(JoinState state, DayFiles files, AttributionTimes times, Labeller labeller)
{
    private long _lastCutoff = long.MinValue;

    /// <summary>Whether a cutoff has handed out what is shown at <paramref name="shownAt"/>.</summary>
    public bool HasLeft(long shownAt) => _lastCutoff != long.MinValue && shownAt <= _lastCutoff - times.MinAge;

    /// <summary>
    /// Attributes the cutoff's day and earlier days that were open at the last cutoff: a day is attributed for the last
    /// time at the first cutoff at which its horizons are over and nothing of it is held back.
    /// </summary>
    public void Cut(long cutoff, int cutoffDay, SampleTable table)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cutoff, _lastCutoff);
        foreach (DayFile file in files.Files)
        {
            if (file.Day <= cutoffDay && times.FinalFrom(file.Day) > _lastCutoff)
            {
                Attribute(file, cutoff - times.MinAge, cutoff, table);
            }
        }

        _lastCutoff = cutoff;
    }

    /// <summary>Attributes every day of the state and holds nothing back.</summary>
    public void CutAll(long attributedAt, SampleTable table)
    {
        foreach (DayFile file in files.Files)
        {
            Attribute(file, long.MaxValue, attributedAt, table);
        }
    }

    private void Attribute(DayFile file, long newest, long attributedAt, SampleTable table)
    {
        SampleDay day = table.Open(DateOnly.FromDayNumber(file.Day));
        day.Clear();
        file.Sort(state);
        foreach (int index in file.Identities)
        {
            ref Identity identity = ref state.Identities[index];
            if (identity.IsOrphan || identity.ShownAt > newest)
            {
                continue;
            }

            labeller.LabelByHorizon(identity);
            LabelTree tree = labeller.Tree;
            day.Add(
                new LabelledSample(identity.ShownAt, attributedAt, identity.Row, identity.Repeats, tree.Labels, identity.Key.Low),
                identity.Key, tree.Times, tree.Values, labeller.Targets);
        }
    }
}
