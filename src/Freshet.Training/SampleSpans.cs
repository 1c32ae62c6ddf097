namespace Freshet.Training;

/// <summary>Lists of spans: what they hold, and what they have in common. They may overlap.</summary>
public static class SampleSpans
{
    /// <summary>Whether one of <paramref name="spans"/> holds <paramref name="at"/>.</summary>
    internal static bool Holds(IReadOnlyList<SampleSpan>? spans, long at)
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
    internal static IEnumerable<SampleSpan> Within(IReadOnlyList<SampleSpan> spans, SampleSpan span) => spans
        .Select(other => new SampleSpan(Math.Max(other.After, span.After), Math.Min(other.Until, span.Until)))
        .Where(common => common.After < common.Until);

    /// <summary>The part of <paramref name="spans"/> that lies in <paramref name="others"/>.</summary>
    internal static IEnumerable<SampleSpan> Within(IReadOnlyList<SampleSpan> spans, IReadOnlyList<SampleSpan> others) =>
        others.SelectMany(other => Within(spans, other)).Distinct();

    /// <summary>Writes spans for a checkpoint.</summary>
    public static void Save(BinaryWriter writer, IReadOnlyList<SampleSpan> spans)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(spans);
        writer.Write(spans.Count);
        foreach (SampleSpan span in spans)
        {
            writer.Write(span.After);
            writer.Write(span.Until);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static IReadOnlyList<SampleSpan> Restore(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var spans = new SampleSpan[reader.ReadInt32()];
        foreach (ref SampleSpan span in spans.AsSpan())
        {
            span = new SampleSpan(reader.ReadInt64(), reader.ReadInt64());
        }

        return spans;
    }
}
