namespace Freshet.Embeddings;

/// <summary>How often each id without a row was sighted.</summary>
internal sealed class SightingCounts
{
    private readonly IdIndex _index = new();
    private uint[] _counts = new uint[16];

    /// <summary>Ids counted, those admitted meanwhile included.</summary>
    public int Count => _index.Count;

    public ReadOnlySpan<ulong> Ids => _index.Ids;

    public long Bytes => _index.Bytes + (_counts.LongLength * sizeof(uint));

    public uint Of(ulong id)
    {
        int number = _index.Find(id);
        return number < 0 ? 0 : _counts[number];
    }

    /// <summary>Sets the count of <paramref name="id"/>.</summary>
    public void Set(ulong id, uint count) => _counts[NumberOf(id)] = count;

    /// <summary>Counts one sighting; stops at the largest number.</summary>
    /// <returns>Sightings so far, this one included.</returns>
    public uint Add(ulong id)
    {
        ref uint count = ref _counts[NumberOf(id)];
        return count == uint.MaxValue ? count : ++count;
    }

    public void CopyFrom(SightingCounts other)
    {
        _index.CopyFrom(other._index);
        if (_counts.Length != other._counts.Length)
        {
            _counts = new uint[other._counts.Length];
        }

        other._counts.AsSpan(0, other.Count).CopyTo(_counts);
    }

    private int NumberOf(ulong id)
    {
        int number = _index.Find(id);
        if (number >= 0)
        {
            return number;
        }

        if (_index.Count == _counts.Length)
        {
            Array.Resize(ref _counts, _counts.Length * 2);
        }

        number = _index.Add(id);
        _counts[number] = 0;
        return number;
    }
}
