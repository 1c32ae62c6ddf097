using Freshet.Core.Samples;
using Freshet.Samples;

namespace Freshet.Training;

/// <summary>Picks the samples of a span of time out of the days of a table, in order of shown_at.</summary>
public static class SampleWindow
{
    /// <summary>Fills <paramref name="destination"/> with the samples with <paramref name="after"/> &lt; shown_at &lt; <paramref name="before"/>.</summary>
    /// <param name="table">Attributed days.</param>
    /// <param name="after">Exclusive, ms since the epoch.</param>
    /// <param name="before">Exclusive, ms since the epoch.</param>
    /// <param name="destination">Cleared first.</param>
    public static void Select(SampleTable table, long after, long before, List<LabelledSample> destination)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(destination);
        destination.Clear();
        bool inOrder = true;
        long last = long.MinValue;
        foreach (DateOnly day in table.Days)
        {
            foreach (ref readonly LabelledSample sample in table.Day(day))
            {
                if (sample.ShownAt > after && sample.ShownAt < before)
                {
                    inOrder &= sample.ShownAt >= last;
                    last = sample.ShownAt;
                    destination.Add(sample);
                }
            }
        }

        if (!inOrder)
        {
            // Samples of `window` mode leave out of order; a stable order by (shown_at, row).
            destination.Sort(static (a, b) => a.ShownAt != b.ShownAt ? a.ShownAt.CompareTo(b.ShownAt) : a.Row.CompareTo(b.Row));
        }
    }
}
