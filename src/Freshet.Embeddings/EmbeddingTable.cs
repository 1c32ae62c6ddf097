using Freshet.Core;
using Freshet.Kernels;

using SplitMix64 = Freshet.Kernels.SplitMix64;

namespace Freshet.Embeddings;

/// <summary>A dynamic table: 64-bit id → row of weights and optimiser state. It grows with the ids it admits.</summary>
/// <remarks>
/// <para>Layout of a row, in floats; 64-byte aligned, padded to a multiple of 16. In memory only: files have their own (docs/formats.md).</para>
/// <code>
/// [0, D)              vector
/// [D, 2D)             Adagrad accumulators, one an element
/// [2D, 2D + T)        wide weights, one a task
/// [2D + T, 2D + 2T)   FTRL z
/// [2D + 2T, 2D + 3T)  FTRL n
/// </code>
/// <para>
/// A new vector is uniform in ±0.1/√D, a function of (seed, table, id) alone: not of order, time or thread. Wide weights start at 0.
/// </para>
/// <para>
/// One thread may write; while none writes, many may read. Spans of rows are good until the next <see cref="Sight"/>. Native memory:
/// dispose of it, or leave that to its finalizer.
/// </para>
/// </remarks>
public sealed class EmbeddingTable : IDisposable
{
    private readonly IdIndex _index = new();
    private readonly SightingCounts _sightings = new();
    private readonly AlignedBuffer _rows = new();
    private readonly ulong _seed;
    private readonly float _bound;

    /// <summary>An empty table.</summary>
    /// <exception cref="ArgumentException">Sizes are out of range; the message lists all that are.</exception>
    public EmbeddingTable(EmbeddingTableOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string mistakes =
            (options.Dim is >= 0 and <= 256 ? "" : $" Dim is {options.Dim}; use 0 to 256.") +
            (options.Tasks is >= 0 and <= 32 ? "" : $" Tasks is {options.Tasks}; use 0 to 32.") +
            (options.InitialAccumulator > 0 ? "" : $" InitialAccumulator is {options.InitialAccumulator}; use more than 0.");
        if (mistakes.Length > 0)
        {
            throw new ArgumentException($"Embedding table '{options.Name}':{mistakes}", nameof(options));
        }

        Options = options;
        Stride = ((2 * options.Dim) + (3 * options.Tasks) + 15) & ~15;
        _seed = SplitMix64.Mix(options.Seed, new FeatureHash(options.Name).Of(""));
        _bound = 0.1f / MathF.Sqrt(Math.Max(1, options.Dim));
    }

    /// <summary>What a row holds.</summary>
    public EmbeddingTableOptions Options { get; }

    /// <summary>Rows.</summary>
    public int Count => _index.Count;

    /// <summary>Memory it holds, rows, ids and counts.</summary>
    public long Bytes => (_rows.Length * sizeof(float)) + _index.Bytes + _sightings.Bytes;

    internal int Stride { get; }

    internal ReadOnlySpan<ulong> Ids => _index.Ids;

    internal SightingCounts Sightings => _sightings;

    private int Dim => Options.Dim;

    private int Tasks => Options.Tasks;

    /// <summary>Index of the row of <paramref name="id"/>; -1 where it has none. Changes nothing.</summary>
    public int Find(ulong id) => _index.Find(id);

    /// <summary>
    /// Counts one sighting of <paramref name="id"/> if it has no row, and admits it when it was sighted
    /// <paramref name="threshold"/> times, this time and earlier versions' included.
    /// </summary>
    /// <returns>Index of its row; -1 while it is not admitted: it contributes zero and learns nothing.</returns>
    public int Sight(ulong id, int threshold)
    {
        int row = _index.Find(id);
        if (row >= 0 || (threshold > 1 && _sightings.Add(id) < (uint)threshold))
        {
            return row;
        }

        return Admit(id);
    }

    /// <summary>Sightings of <paramref name="id"/> so far while it had no row.</summary>
    public long SightingsOf(ulong id) => _sightings.Of(id);

    /// <summary>[D] the vector of a row.</summary>
    public Span<float> Vector(int row) => _rows.Slice((long)row * Stride, Dim);

    /// <summary>[D] Adagrad accumulators of a row.</summary>
    public Span<float> Accumulators(int row) => _rows.Slice(((long)row * Stride) + Dim, Dim);

    /// <summary>[T] wide weights of a row.</summary>
    public Span<float> WideWeights(int row) => _rows.Slice(((long)row * Stride) + (2 * Dim), Tasks);

    /// <summary>[T] FTRL z of a row's wide weights.</summary>
    public Span<float> WideZ(int row) => _rows.Slice(((long)row * Stride) + (2 * Dim) + Tasks, Tasks);

    /// <summary>[T] FTRL n of a row's wide weights.</summary>
    public Span<float> WideN(int row) => _rows.Slice(((long)row * Stride) + (2 * Dim) + (2 * Tasks), Tasks);

    /// <summary>Becomes equal to <paramref name="other"/>, counts and optimiser state included: three bulk copies.</summary>
    /// <exception cref="ArgumentException">The tables have different options.</exception>
    public void CopyFrom(EmbeddingTable other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Options != Options)
        {
            throw new ArgumentException($"A table cannot become equal to one with other options: {Options} and {other.Options}.", nameof(other));
        }

        _rows.CopyFrom(other._rows, (long)other.Count * Stride);
        _index.CopyFrom(other._index);
        _sightings.CopyFrom(other._sightings);
    }

    /// <inheritdoc/>
    public void Dispose() => _rows.Dispose();

    /// <summary>[2D + 3T] all that a row stores, without padding.</summary>
    internal Span<float> Stored(int row) => _rows.Slice((long)row * Stride, (2 * Dim) + (3 * Tasks));

    /// <summary>Gives <paramref name="id"/>, which has none, a row in its initial state.</summary>
    internal int Admit(ulong id)
    {
        int row = _index.Add(id);
        if ((row + 1L) * Stride > _rows.Length)
        {
            _rows.Grow(Math.Max(64L * Stride, 2 * _rows.Length));
        }

        _rows.Slice((long)row * Stride, Stride).Clear();
        new SplitMix64(SplitMix64.Mix(_seed, id)).FillUniform(Vector(row), _bound);
        Accumulators(row).Fill(Options.InitialAccumulator);
        return row;
    }
}
