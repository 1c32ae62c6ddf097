using Freshet.Core.Snapshots;
using Freshet.Core.Versions;

namespace Freshet.Serving;

/// <summary>The answer to a <see cref="RankRequest"/>. Belongs to its <see cref="PageRanker"/> and is good until that ranks again.</summary>
/// <remarks>Copies what it says of the version, so it outlives the version's lease.</remarks>
public sealed class RankedPage
{
    private readonly SnapshotColumns _vectors;
    private readonly int _tasks;
    private RankedItem[] _items = [];
    private int[] _rows = [];
    private ulong[] _biasIds = [];
    private float[] _probabilities = [];

    internal RankedPage(SnapshotColumns vectors, int tasks)
    {
        _vectors = vectors;
        _tasks = tasks;
    }

    /// <summary>The version that scored all candidates; null if none was live: then the order is random.</summary>
    public ModelVersion? Version { get; private set; }

    /// <summary>Newest event time that the version has learned from, ms since the epoch; null if none was live.</summary>
    public long? TrainedUntil { get; private set; }

    /// <summary>Items on the page.</summary>
    public int Count { get; private set; }

    /// <summary>[<see cref="Count"/>] the items, in order of position.</summary>
    public ReadOnlySpan<RankedItem> Items => _items.AsSpan(0, Count);

    /// <summary>[T] probabilities of the item at <paramref name="index"/>, at the reference position; empty if no version was live.</summary>
    public ReadOnlySpan<float> Probabilities(int index) => Version is null ? [] : _probabilities.AsSpan(index * _tasks, _tasks);

    /// <summary>
    /// Appends the served vector of the item at <paramref name="index"/>: the row exactly as it was scored, with the bias id of the item's position. It
    /// is what training learns for the impression to come.
    /// </summary>
    /// <param name="index">Index in <see cref="Items"/>.</param>
    /// <param name="destination">Columns of the same scene.</param>
    /// <returns>Index of the new row in <paramref name="destination"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    public int AppendVector(int index, SnapshotColumns destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return destination.AppendRow(_vectors, _rows[index], _biasIds[index]);
    }

    internal void Begin(ServedModel? served, int capacity)
    {
        Version = served?.Version;
        TrainedUntil = served?.Manifest.Watermark;
        Count = 0;
        if (_items.Length < capacity)
        {
            _items = new RankedItem[capacity];
            _rows = new int[capacity];
            _biasIds = new ulong[capacity];
            _probabilities = new float[capacity * _tasks];
        }
    }

    /// <param name="item">Has the next position.</param>
    /// <param name="row">Its row in the ranker's columns.</param>
    /// <param name="biasId">Of its position.</param>
    /// <param name="probabilities">[T], or empty.</param>
    internal void Add(in RankedItem item, int row, ulong biasId, ReadOnlySpan<float> probabilities)
    {
        (_items[Count], _rows[Count], _biasIds[Count]) = (item, row, biasId);
        probabilities.CopyTo(_probabilities.AsSpan(Count * _tasks));
        Count++;
    }
}
