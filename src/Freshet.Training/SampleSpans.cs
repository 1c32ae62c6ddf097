namespace Freshet.Training;

/// <summary>Lists of spans: what they hold, and what they have in common. They may overlap.</summary>
internal static class SampleSpans
{
    /// <summary>Whether one of <paramref name="spans"/> holds <paramref name="at"/>.</summary>
    public static bool Holds(IReadOnlyList<SampleSpan>? spans, long at)
    {
        for (int i = 0; i < spans?.Count; i++)
        {
            if (spans[i].Holds(at))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The part of <paramref name="spans"/> that lies in <paramref name="span"/>.</summary>
    public static IEnumerable<SampleSpan> Within(IReadOnlyList<SampleSpan> spans, SampleSpan span) => spans
        .Select(other => new SampleSpan(Math.Max(other.After, span.After), Math.Min(other.Until, span.Until)))
        .Where(common => common.After < common.Until);

    /// <summary>The part of <paramref name="spans"/> that lies in <paramref name="others"/>.</summary>
    public static IEnumerable<SampleSpan> Within(IReadOnlyList<SampleSpan> spans, IReadOnlyList<SampleSpan> others) =>
        others.SelectMany(other => Within(spans, other)).Distinct();
}
