using Freshet.Features.Keys;
using Freshet.Features.Plans;

namespace Freshet.Features.Rows;

/// <summary>The keys under which one event counts: the product of the values of a counter's selectors.</summary>
internal static class CounterKeys
{
    /// <summary>Keys of one counter that an event may have; what the product has beyond them, last selector fastest, is left out.</summary>
    public const int Limit = 16;

    /// <summary>Writes the keys of <paramref name="counter"/>; none where a value is absent.</summary>
    /// <param name="values">The event.</param>
    /// <param name="counter">The counter.</param>
    /// <param name="destination">[<see cref="Limit"/>] keys.</param>
    /// <returns>How many keys there are.</returns>
    public static int Write(RowValues values, CounterPlan counter, Span<ulong> destination)
    {
        if (counter.Fields.Count == 0)
        {
            return 0;
        }

        Span<ulong> tuples = stackalloc ulong[Limit];
        destination[0] = 0;
        int count = 1;
        foreach (int selector in counter.Key)
        {
            destination[..count].CopyTo(tuples);
            int tupleCount = count;
            count = 0;
            ReadOnlySpan<TextValue> texts = values.Values(selector);
            for (int i = 0; i < tupleCount; i++)
            {
                for (int j = 0; j < texts.Length && count < Limit; j++)
                {
                    destination[count++] = KeyHash.Combine(tuples[i], texts[j].Hash);
                }
            }
        }

        return count;
    }
}
