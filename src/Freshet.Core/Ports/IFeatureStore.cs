namespace Freshet.Core.Ports;

/// <summary>Where the real-time windows live: in this process, or in a store that several processes share.</summary>
/// <remarks>
/// User state (fields, history, closeness) lies with the user's partition and needs no port; windows have keys of their
/// own (an item, a surface, a tag) that many partitions count. Calls are batches: one read a snapshot, one write a counted
/// event. The meaning of a window is in docs/features.md and checked by the store's tests. Not thread-safe.
/// </remarks>
public interface IFeatureStore
{
    /// <summary>Counts events, each in the bucket of its own time if that bucket is still kept.</summary>
    /// <param name="counts">What happened, under which key, when.</param>
    /// <param name="now">The stage's event time, ms since the epoch; keys with nothing inside their windows may be forgotten.</param>
    void Count(ReadOnlySpan<WindowCount> counts, long now);

    /// <summary>Reads the windows that end at <paramref name="at"/>.</summary>
    /// <param name="keys">Keys, of any counters.</param>
    /// <param name="at">End of the windows, ms since the epoch.</param>
    /// <param name="now">The stage's event time, ms since the epoch.</param>
    /// <param name="destination">[Σ fields of each key's counter] counts, key by key, fields in the counter's order; overwritten.</param>
    void Read(ReadOnlySpan<WindowKey> keys, long at, long now, Span<long> destination);

    /// <summary>Writes what a restart needs; a store that outlives this process writes nothing.</summary>
    void Save(BinaryWriter destination);

    /// <summary>Reads what <see cref="Save"/> wrote, in place of what the store held.</summary>
    void Restore(BinaryReader source);
}
