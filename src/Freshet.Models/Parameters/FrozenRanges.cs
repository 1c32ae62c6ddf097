namespace Freshet.Models.Parameters;

/// <summary>Parts of <see cref="DenseParameters"/> that increments leave as they are.</summary>
internal sealed class FrozenRanges
{
    private readonly List<(long Start, long End)> _ranges = [];

    /// <summary>Adds a part; no part overlaps another.</summary>
    public void Add(long start, int length)
    {
        int place = _ranges.FindIndex(range => range.Start > start);
        _ranges.Insert(place < 0 ? _ranges.Count : place, (start, start + length));
    }

    /// <summary>The first stretch from <paramref name="start"/> on that is not frozen.</summary>
    /// <param name="start">Moves to where the stretch begins; to <paramref name="end"/> where there is none.</param>
    /// <param name="end">Where to stop.</param>
    /// <returns>Where the stretch ends.</returns>
    public long NextFree(ref long start, long end)
    {
        foreach ((long first, long last) in _ranges)
        {
            if (first <= start && start < last)
            {
                start = Math.Min(last, end);
            }
            else if (first > start)
            {
                return Math.Min(first, end);
            }
        }

        return end;
    }

    /// <summary>Sets what is frozen of <paramref name="values"/>, which begin at <paramref name="start"/>, to 0.</summary>
    public void Clear(Span<float> values, long start)
    {
        foreach ((long first, long last) in _ranges)
        {
            int from = (int)Math.Clamp(first - start, 0, values.Length), to = (int)Math.Clamp(last - start, 0, values.Length);
            values[from..to].Clear();
        }
    }
}
