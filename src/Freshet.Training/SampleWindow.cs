using Freshet.Core.Samples;
using Freshet.Samples;

namespace Freshet.Training;

/// <summary>Picks the samples of a span of time out of the days of a table, in the order of training.</summary>
public static class SampleWindow
{
    /// <summary>Fills <paramref name="destination"/> with the samples with <paramref name="after"/> &lt; <see cref="LabelledSample.LearnAt"/> &lt; <paramref name="before"/>.</summary>
    /// <param name="table">Attributed days.</param>
    /// <param name="after">Exclusive, ms since the epoch.</param>
    /// <param name="before">Exclusive, ms since the epoch.</param>
    /// <param name="destination">Cleared first.</param>
    /// <param name="leftOut">Spans whose samples are not taken; null: none.</param>
    /// <param name="skipped">Spans whose samples are taken although they are not later than <paramref name="after"/>; null: none.</param>
    /// <remarks>Costs what it returns, and a search a day; a day of <c>window</c> or <c>immediate</c> mode whose samples left out of order is read whole.</remarks>
    public static void Select(
        SampleTable table, long after, long before, SampleList destination, IReadOnlyList<SampleSpan>? leftOut = null,
        IReadOnlyList<SampleSpan>? skipped = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(destination);
        destination.Clear();
        long first = after;
        for (int i = 0; i < skipped?.Count; i++)
        {
            first = Math.Min(first, skipped[i].After);
        }

        bool inOrder = true;
        long last = long.MinValue;
        foreach (DateOnly date in table.Days)
        {
            SampleDay day = table.Find(date)!;
            ReadOnlySpan<LabelledSample> samples = day.Samples;
            for (int i = day.IsInOrder ? FirstAfter(samples, first) : 0; i < samples.Length; i++)
            {
                ref readonly LabelledSample sample = ref samples[i];
                if (day.IsInOrder && sample.LearnAt >= before)
                {
                    break;
                }

                if (sample.LearnAt < before && (sample.LearnAt > after || SampleSpans.Holds(skipped, sample.LearnAt)) &&
                    !SampleSpans.Holds(leftOut, sample.LearnAt))
                {
                    inOrder &= sample.LearnAt >= last;
                    last = sample.LearnAt;
                    destination.Add(sample, day.Targets(i));
                }
            }
        }

        if (!inOrder)
        {
            destination.Sort(); // samples of `window` mode leave out of order
        }
    }

    /// <summary>The place of the first of <paramref name="samples"/>, which are in order, that is later than <paramref name="after"/>.</summary>
    public static int FirstAfter(ReadOnlySpan<LabelledSample> samples, long after)
    {
        int low = 0, high = samples.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = samples[middle].LearnAt > after ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
