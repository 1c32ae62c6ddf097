using Freshet.Kernels.Rows;

namespace Freshet.Embeddings;

/// <summary>How often each id without a row was sighted.</summary>
internal sealed class SightingCounts : IDisposable
{
    private readonly IdIndex _index = new();
    private readonly RowBlocks _counts = new(1);

    /// <summary>Ids counted, those admitted meanwhile included.</summary>
    public int Count => _index.Count;

    public long Bytes => _index.Bytes + _counts.Bytes;

    /// <summary>The id of a number below <see cref="Count"/>.</summary>
    public ulong IdOf(int number) => _index.IdOf(number);

    /// <summary>The count of a number below <see cref="Count"/>.</summary>
    public uint CountOf(int number) => BitConverter.SingleToUInt32Bits(_counts.Row(number)[0]);

    public uint Of(ulong id)
    {
        int number = _index.FindOwn(id);
        return number < 0 ? 0 : CountOf(number);
    }

    /// <summary>Sets the count of <paramref name="id"/>.</summary>
    public void Set(ulong id, uint count) => Set(NumberOf(id), count);

    /// <summary>Counts one sighting; stops at the largest number.</summary>
    /// <returns>Sightings so far, this one included.</returns>
    public uint Add(ulong id)
    {
        int number = NumberOf(id);
        uint count = CountOf(number);
        if (count < uint.MaxValue)
        {
            Set(number, ++count);
        }

        return count;
    }

    /// <summary>Forgets all counts; memory is kept.</summary>
    public void Clear() => _index.Truncate(0);

    public void CopyFrom(SightingCounts other)
    {
        _index.CopyFrom(other._index);
        _counts.CopyFrom(other._counts, other.Count);
    }

    public void Dispose()
    {
        _index.Dispose();
        _counts.Dispose();
    }

    private int NumberOf(ulong id)
    {
        int number = _index.FindOwn(id);
        if (number < 0)
        {
            number = _index.Count;
            _counts.Reserve(number + 1);
            Set(number, 0);
            _index.Add(id);
        }

        return number;
    }

    // The bits of a float: signalling NaNs among them must not pass through float arithmetic, and do not.
    private void Set(int number, uint count) => _counts.Row(number)[0] = BitConverter.UInt32BitsToSingle(count);
}
