using Freshet.Core;
using Freshet.Kernels;
using Freshet.Native.Ids;
using Freshet.Native.Memory;
using Freshet.Scenes;


namespace Freshet.Embeddings;

/// <summary>A dynamic table: 64-bit id → row of weights and optimiser state. It grows with the ids it admits.</summary>
/// <remarks>
/// <para>A row has a number, and is in up to four places (docs/embeddings.md); ranking reads only the first and, for T floats, the third:</para>
/// <code>
/// Vectors  [D]   vector
/// State    [S]   Adagrad: D accumulators. Row-wise Adagrad: 1. Group-FTRL: D of z, D of n
/// Wide     [3T]  wide weights, FTRL z, FTRL n
/// Life     [0–3] with dynamic L1: how often it occurred, u32; with eviction: the day it was last seen on, u32; its score
/// </code>
/// <para>
/// A new vector is uniform in ±0.1/√D, a function of (seed, table, id) alone: not of order, time or thread. Wide weights start at 0.
/// </para>
/// <para>
/// <b>Threads.</b> One thread admits. Beside it any number may <see cref="Find(ReadOnlySpan{ulong}, Span{int})"/> without locks, and
/// read the rows they find: a row is complete before its id is found, and never moves (<see cref="IdIndex"/> says why). Who updates rows
/// while others read them gives those a vector that is half old and half new. <see cref="CopyFrom"/> and reading a file bear no readers.
/// </para>
/// <para>
/// <b>Changes.</b> A row is marked as changed when it is admitted and when <see cref="RowUpdates.Step"/> updates it. Who writes rows in
/// another way calls <see cref="MarkChanged"/>: deltas and <see cref="CopyFrom"/> rely on it.
/// </para>
/// <para>Native memory: dispose of it, or leave that to its finalizer.</para>
/// </remarks>
public sealed class EmbeddingTable : IDisposable
{
    /// <summary>A copy goes back row by row as long as less than 1 in so many rows was changed.</summary>
    private const int BulkShare = 16;

    private IdIndex _index = new();
    private readonly SightingCounts _sightings;
    private RowMarks _changes = new();
    private readonly HashSet<ulong> _evicted = [];
    private readonly ulong _seed;
    private readonly float _bound;

    // What this table is, until it changes; and what the other was when this became a copy of it, as long as the marks tell what has
    // changed here since. Equal references: the marked rows are all that differ.
    private object? _content;
    private object? _original;
    private int[] _changed = [];

    /// <summary>An empty table.</summary>
    /// <exception cref="ArgumentException">Sizes or settings are out of range; the message lists all that are.</exception>
    public EmbeddingTable(EmbeddingTableOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string mistakes = options.Mistakes();
        if (mistakes.Length > 0)
        {
            throw new ArgumentException($"Embedding table '{options.Name}':{mistakes}", nameof(options));
        }

        Options = options;
        Vectors = new RowBlocks(options.Dim);
        State = new RowBlocks(options.StateLength);
        Wide = new RowBlocks(3 * options.Tasks);
        Life = new RowLife(options);
        _sightings = new SightingCounts(options.Sketch);
        _seed = SplitMix64.Mix(options.Seed, new FeatureHash(options.Name).Of(""));
        _bound = 0.1f / MathF.Sqrt(Math.Max(1, options.Dim));
    }

    /// <summary>What a row holds.</summary>
    public EmbeddingTableOptions Options { get; }

    /// <summary>Rows.</summary>
    public int Count => _index.Count;

    /// <summary>Memory it holds: rows, state, ids, counts and marks.</summary>
    public long Bytes => Vectors.Bytes + State.Bytes + Wide.Bytes + Life.Rows.Bytes + _index.Bytes + _sightings.Bytes + _changes.Bytes;

    /// <summary>[<see cref="Count"/> × D] the vectors.</summary>
    public RowBlocks Vectors { get; }

    /// <summary>[<see cref="Count"/> × <see cref="EmbeddingTableOptions.StateLength"/>] the optimiser's state.</summary>
    public RowBlocks State { get; }

    /// <summary>[<see cref="Count"/> × 3T] wide weights, z and n.</summary>
    public RowBlocks Wide { get; }

    /// <summary>What is known of rows beside their weights.</summary>
    internal RowLife Life { get; }

    /// <summary>Number of the day of what is learnt now, 0 = unknown; not part of the table.</summary>
    public int Day { get; set; }

    /// <summary>Ids that had a row at <see cref="ClearChanges"/> or later, lost it by <see cref="Evict"/>, and have none: the tombstones of a delta.</summary>
    public IEnumerable<ulong> Tombstones => _evicted.Where(id => Find(id) < 0);

    /// <summary>Rows changed or admitted since <see cref="ClearChanges"/>.</summary>
    public int ChangedCount => _changes.Count;

    internal SightingCounts Sightings => _sightings;

    internal RowMarks Changes => _changes;

    /// <summary>Where rows are saved before they change; null: nowhere.</summary>
    internal TableHistory? History { get; set; }

    /// <summary>Floats of all parts of a row.</summary>
    public int RowLength => Vectors.Stride + State.Stride + Wide.Stride + Options.LifeLength;

    private int Dim => Options.Dim;

    private int Tasks => Options.Tasks;

    /// <summary>Number of the row of <paramref name="id"/>; −1 where it has none. For any thread, at any time.</summary>
    public int Find(ulong id) => _index.Find(id);

    /// <summary>
    /// Numbers of the rows of many ids; −1 where one has none. For any thread, at any time; several times as fast as one by one.
    /// </summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public void Find(ReadOnlySpan<ulong> ids, Span<int> rows) => _index.Find(ids, rows);

    /// <summary>The id of a row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There was never a row of this number.</exception>
    public ulong IdOf(int row) => _index.IdOf(row);

    /// <summary>
    /// Counts one sighting of <paramref name="id"/> if it has no row, and admits it when it was sighted
    /// <paramref name="threshold"/> times, this time and earlier versions' included.
    /// </summary>
    /// <returns>Number of its row; -1 while it is not admitted: it contributes zero and learns nothing.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is beyond what the table's sketch counts to.</exception>
    public int Sight(ulong id, int threshold)
    {
        int row = _index.FindOwn(id);
        if (row >= 0)
        {
            return row;
        }

        _content = null;
        if (threshold > 1)
        {
            uint sightings = _sightings.Add(id, threshold);
            return sightings < (uint)threshold ? -1 : AdmitCounted(id, sightings);
        }

        return Admit(id, _sightings.Remove(id));
    }

    /// <summary>As <see cref="Sight(ulong, int)"/>, where it is known whether <paramref name="id"/> will get to the threshold: if so it is admitted now, else only counted.</summary>
    public int Sight(ulong id, int threshold, bool reaches)
    {
        int row = _index.FindOwn(id);
        if (row >= 0)
        {
            return row;
        }

        if (reaches)
        {
            return Admit(id, _sightings.Remove(id));
        }

        _content = null;
        _ = _sightings.Add(id, threshold);
        return -1;
    }

    /// <summary>
    /// As <see cref="Sight(ulong, int)"/>, but each sighting may admit: the n-th with the chance P(Poisson(n·<paramref name="left"/>) ≥
    /// <paramref name="threshold"/> − n) that the id will reach the threshold. Whether it does is a function of seed, table, id, n and that chance.
    /// </summary>
    /// <param name="id">The id.</param>
    /// <param name="threshold">Sightings that admit in any case.</param>
    /// <param name="left">What is left of the horizon ÷ what has passed of it, ≥ 0; 0: as hard admission.</param>
    public int SightPoisson(ulong id, int threshold, double left)
    {
        int row = _index.FindOwn(id);
        if (row >= 0 || threshold <= 1)
        {
            return row >= 0 ? row : Sight(id, threshold);
        }

        _content = null;
        uint sightings = _sightings.Add(id, threshold);
        return sightings >= (uint)threshold || Draws(id, sightings, PoissonTail.AtLeast(sightings * left, threshold - sightings))
            ? AdmitCounted(id, sightings)
            : -1;
    }

    /// <summary>As <see cref="Sight(ulong, int)"/> for one id after the other; those that have a row are found together.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public void Sight(ReadOnlySpan<ulong> ids, int threshold, Span<int> rows)
    {
        _index.Find(ids, rows);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] < 0)
            {
                rows[i] = Sight(ids[i], threshold);
            }
        }
    }

    /// <summary>
    /// Sightings of <paramref name="id"/> so far; 0 once it has a row. With <see cref="EmbeddingTableOptions.Sketch"/> an estimate, never too low
    /// below the largest count, which stays when the id gets a row.
    /// </summary>
    public long SightingsOf(ulong id) => _sightings.Of(id);

    /// <summary>Forgets the sightings of ids without a row; rows stay.</summary>
    public void ClearSightings()
    {
        _content = null;
        _sightings.Clear();
    }

    /// <summary>[D] the vector of a row.</summary>
    public Span<float> Vector(int row) => Vectors.Row(row);

    /// <summary>[S] the optimiser's state of a row: of Adagrad the accumulators.</summary>
    internal Span<float> Accumulators(int row) => State.Row(row);

    /// <summary>[T] wide weights of a row.</summary>
    public Span<float> WideWeights(int row) => Wide.Row(row)[..Tasks];

    /// <summary>[T] FTRL z of a row's wide weights.</summary>
    internal Span<float> WideZ(int row) => Wide.Row(row).Slice(Tasks, Tasks);

    /// <summary>[T] FTRL n of a row's wide weights.</summary>
    internal Span<float> WideN(int row) => Wide.Row(row)[(2 * Tasks)..];

    /// <summary>
    /// How often a row's id occurred: sightings before the one that admitted it, and from that one on occurrences in batches that were learnt.
    /// Always 0 in a table without <see cref="EmbeddingTableOptions.DynamicL1"/>.
    /// </summary>
    public uint FrequencyOf(int row) => Life.FrequencyOf(row);

    /// <summary>Marks rows as changed. Threads may mark different rows at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public void MarkChanged(ReadOnlySpan<int> rows)
    {
        if (rows.Length > 0 && _content is not null)
        {
            _content = null;
        }

        _changes.Mark(rows);
    }

    /// <summary>Whether a row was changed or admitted since <see cref="ClearChanges"/>.</summary>
    public bool IsChanged(int row) => _changes.IsMarked(row);

    /// <summary>Writes the numbers of the rows that were changed or admitted since <see cref="ClearChanges"/>, ascending.</summary>
    /// <param name="destination">[≥ <see cref="ChangedCount"/>], written from its start.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int ChangedRows(Span<int> destination) => _changes.CopyTo(destination);

    /// <summary>Sets the mark: from here on, no row is changed.</summary>
    public void ClearChanges()
    {
        (_content, _original) = (null, null);
        _changes.Clear();
        _evicted.Clear();
    }

    /// <summary>
    /// Becomes equal to <paramref name="other"/>: rows, optimiser state, counts, and the marks of changes too (so what an increment
    /// changes is known against the base it began from). Memory is kept.
    /// </summary>
    /// <exception cref="ArgumentException">The tables have different options.</exception>
    /// <remarks>
    /// Bulk copies; and where this is a copy of <paramref name="other"/> already, which has not changed since, only the rows that were
    /// changed here.
    /// </remarks>
    public void CopyFrom(EmbeddingTable other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Options != Options)
        {
            throw new ArgumentException($"A table cannot become equal to one with other options: {Options} and {other.Options}.", nameof(other));
        }

        if (ReferenceEquals(other, this))
        {
            return;
        }

        int changed = _original is not null && ReferenceEquals(_original, other._content) ? ChangedCount : int.MaxValue;
        if (changed <= other.Count / BulkShare)
        {
            ReturnTo(other, changed);
        }
        else
        {
            Vectors.CopyFrom(other.Vectors, other.Count);
            State.CopyFrom(other.State, other.Count);
            Wide.CopyFrom(other.Wide, other.Count);
            Life.Rows.CopyFrom(other.Life.Rows, other.Count);
            _index.CopyFrom(other._index);
        }

        _sightings.CopyFrom(other._sightings);
        _changes.CopyFrom(other._changes);
        _evicted.Clear();
        _evicted.UnionWith(other._evicted);
        other._content ??= new object();
        (_content, _original) = (null, other._content);
    }

    /// <summary>Gives up the rows that <see cref="EmbeddingTableOptions.Eviction"/> names; those that stay keep their order, and get new numbers.</summary>
    /// <param name="day">Number of the day that ends.</param>
    /// <returns>Rows given up.</returns>
    /// <exception cref="InvalidOperationException">The table has points to return to.</exception>
    /// <remarks>
    /// An id that comes again is counted from 0 (in a sketch, from what its cells hold) and begins as every new id. Bears no readers. Costs a pass over all rows.
    /// </remarks>
    public int Evict(int day) =>
        Options.Eviction is { Days: 0, MinNorm: 0, MaxRows: 0 } ? 0 : Keep(RowEviction.Kept(this, day));

    /// <summary>As <see cref="Evict"/>, for tables that are over <see cref="EvictionOptions.MaxRows"/> alone: the least of their rows go, until 95 % of that number are left.</summary>
    /// <param name="day">Number of the day.</param>
    /// <returns>Rows given up.</returns>
    public int EvictOverflow(int day)
    {
        int most = Options.Eviction.MaxRows;
        return most == 0 || Count <= most
            ? 0
            : Keep(RowEviction.Best(this, [.. Enumerable.Range(0, Count)], Math.Max(1, most - (most / 20)), day));
    }

    /// <summary>As <see cref="Evict"/>, with the rows that stay given.</summary>
    /// <param name="rows">Ascending.</param>
    /// <returns>Rows given up.</returns>
    public int Keep(ReadOnlySpan<int> rows)
    {
        if (rows.Length == Count)
        {
            return 0;
        }

        if (History is { Count: > 0 })
        {
            throw new InvalidOperationException(
                $"Table '{Options.Name}' has {History.Count} points to return to, so no row of it is given up. Clear its history first.");
        }

        int evicted = Count - rows.Length;
        (IdIndex index, RowMarks changes) = (new IdIndex(), new RowMarks());
        float[] moved = new float[RowLength];
        changes.Reserve(rows.Length);
        int next = 0;
        for (int row = 0; row < Count; row++)
        {
            if (next == rows.Length || rows[next] != row)
            {
                _evicted.Add(IdOf(row));
                continue;
            }

            if (row != next)
            {
                ReadRow(row, moved);
                WriteRow(next, moved);
            }

            if (_changes.IsMarked(row))
            {
                changes.Mark(next);
            }

            next = index.Add(IdOf(row)) + 1;
        }

        _index.Dispose();
        _changes.Dispose();
        (_index, _changes, _content, _original) = (index, changes, null, null);
        return evicted;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Vectors.Dispose();
        State.Dispose();
        Wide.Dispose();
        Life.Dispose();
        _index.Dispose();
        _sightings.Dispose();
        _changes.Dispose();
    }

    /// <summary>Whether every number of every row is finite: vectors, optimiser state and wide weights.</summary>
    public bool IsFinite()
    {
        for (int row = 0; row < Count; row++)
        {
            if (!(Finite.All(Vectors.Row(row)) && Finite.All(State.Row(row)) && Finite.All(Wide.Row(row))))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Rows with a number in the vector or a wide weight that is not zero.</summary>
    public int CountNonzeroRows()
    {
        int count = 0;
        for (int row = 0; row < Count; row++)
        {
            count += Vector(row).ContainsAnyExcept(0f) || WideWeights(row).ContainsAnyExcept(0f) ? 1 : 0;
        }

        return count;
    }

    /// <summary>[<see cref="RowLength"/>] a copy of all that a row stores, in the order of files.</summary>
    internal float[] Stored(int row)
    {
        float[] copy = new float[RowLength];
        ReadRow(row, copy);
        return copy;
    }

    /// <summary>Copies all that a row stores, in the order of files, to [<see cref="RowLength"/>].</summary>
    internal void ReadRow(int row, Span<float> destination)
    {
        Vectors.Row(row).CopyTo(destination);
        State.Row(row).CopyTo(destination[Vectors.Stride..]);
        Wide.Row(row).CopyTo(destination[(Vectors.Stride + State.Stride)..]);
        Life.Rows.Row(row).CopyTo(destination[(RowLength - Options.LifeLength)..]);
    }

    /// <summary>Overwrites all that a row stores with what <see cref="ReadRow"/> gave.</summary>
    internal void WriteRow(int row, ReadOnlySpan<float> source)
    {
        source[..Vectors.Stride].CopyTo(Vectors.Row(row));
        source.Slice(Vectors.Stride, State.Stride).CopyTo(State.Row(row));
        source.Slice(Vectors.Stride + State.Stride, Wide.Stride).CopyTo(Wide.Row(row));
        source[^Options.LifeLength..].CopyTo(Life.Rows.Row(row));
    }

    /// <summary>Ends the return to a point whose rows were put back: ids that were admitted since are gone, counts and marks as they were.</summary>
    internal void ReturnTo(TablePoint point)
    {
        _index.Truncate(point.Rows);
        _sightings.CopyFrom(point.Sightings);
        _changes.CopyFrom(point.Changes);
        (_content, _original) = (null, null);
    }

    /// <summary>Gives <paramref name="id"/>, which has none, a row in its initial state; only then do readers find it.</summary>
    /// <param name="id">The id.</param>
    /// <param name="sightings">How often it occurred before; the batch counts the occurrence that admits it.</param>
    internal int Admit(ulong id, long sightings = 0)
    {
        int row = _index.Count;
        Vectors.Reserve(row + 1);
        State.Reserve(row + 1);
        Wide.Reserve(row + 1);
        Life.Rows.Reserve(row + 1);
        _changes.Reserve(row + 1);
        Span<float> vector = Vectors.Row(row), state = State.Row(row);
        new SplitMix64(SplitMix64.Mix(_seed, id)).FillUniform(vector, _bound);
        state.Fill(Options.InitialAccumulator);
        if (Options.Optimizer == RowOptimizer.GroupFtrl)
        {
            GroupFtrl.Start(vector, state[..Dim], state[Dim..], Options.GroupFtrl);
        }

        Wide.Row(row).Clear();
        Life.Start(row, sightings, Day);
        _changes.Mark(row);
        _content = null;
        return _index.Add(id);
    }

    private int AdmitCounted(ulong id, uint sightings)
    {
        _ = _sightings.Remove(id);
        return Admit(id, sightings - 1);
    }

    private bool Draws(ulong id, uint sightings, double chance) =>
        new SplitMix64(SplitMix64.Mix(SplitMix64.Mix(_seed, id), sightings)).NextDouble() < chance;

    private void ReturnTo(EmbeddingTable other, int changed)
    {
        if (_changed.Length < changed)
        {
            _changed = new int[changed];
        }

        // Rows beyond those of the other go with the ids that were added.
        ReadOnlySpan<int> rows = _changed.AsSpan(0, ChangedRows(_changed));
        while (rows.Length > 0 && rows[^1] >= other.Count)
        {
            rows = rows[..^1];
        }

        Vectors.CopyFrom(other.Vectors, rows);
        State.CopyFrom(other.State, rows);
        Wide.CopyFrom(other.Wide, rows);
        Life.Rows.CopyFrom(other.Life.Rows, rows);
        _index.ReturnTo(other._index);
    }
}
