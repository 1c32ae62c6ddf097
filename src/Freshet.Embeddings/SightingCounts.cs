using Freshet.Kernels.Rows;

namespace Freshet.Embeddings;

/// <summary>How often each id without a row was sighted.</summary>
internal sealed class SightingCounts : IDisposable
{
    private readonly IdCounts _counts = new();

    /// <summary>Ids counted.</summary>
    public int Count => _counts.Count;

    public long Bytes => _counts.Bytes;

    public uint Of(ulong id) => _counts.Of(id);

    /// <summary>Sets the count of <paramref name="id"/>.</summary>
    public void Set(ulong id, uint count) => _counts.Set(id, count);

    /// <summary>Counts one sighting; stops at the largest number.</summary>
    /// <returns>Sightings so far, this one included.</returns>
    public uint Add(ulong id) => _counts.Add(id);

    /// <summary>Ends the counting of an id that gets a row.</summary>
    /// <returns>Its sightings.</returns>
    public uint Remove(ulong id) => _counts.Remove(id);

    /// <summary>Writes ids and counts, each [<see cref="Count"/>], in no order of the ids.</summary>
    public void CopyTo(Span<ulong> ids, Span<uint> counts) => _counts.CopyTo(ids, counts);

    public void CopyFrom(SightingCounts other) => _counts.CopyFrom(other._counts);

    public void Dispose() => _counts.Dispose();
}
