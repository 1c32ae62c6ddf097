namespace Freshet.Core.Snapshots;

/// <summary>
/// Feature snapshots as columns: what Features fills, Models read, and sample files hold. One row an impression or candidate.
/// </summary>
/// <remarks>
/// Rows lie in chunks of 4,096, so that a table that grows copies nothing that it holds. In a chunk ragged columns are one array
/// of values and one of offsets: the ids of slot s in row r are <c>ids[offsets[r·S + s] .. offsets[r·S + s + 1]]</c>. Rows are
/// appended slot by slot; <see cref="Clear"/> keeps the buffers, so a batch that is refilled allocates nothing in steady state.
/// Not thread-safe for writing; rows already appended may be read by many threads while none appends.
/// </remarks>
public sealed class SnapshotColumns
{
    private const int ChunkBits = 12;
    private const int ChunkRows = 1 << ChunkBits;

    private readonly int _slots;
    private readonly int _denseCount;
    private readonly List<Chunk> _chunks = [];
    private Chunk _open;
    private int _row;
    private int _slotsBegun;

    /// <summary>Empty columns of <paramref name="schema"/>, with room for <paramref name="capacity"/> rows before they grow.</summary>
    public SnapshotColumns(SnapshotSchema schema, int capacity = 16)
    {
        ArgumentNullException.ThrowIfNull(schema);
        Schema = schema;
        _slots = schema.Slots.Count;
        _denseCount = schema.Dense.Count;
        int rows = Math.Min(capacity, ChunkRows);
        _open = new Chunk(_slots, _denseCount, rows, rows * _slots, Math.Min(rows * schema.HistoryLength, 1 << 16));
        _chunks.Add(_open);
    }

    /// <summary>What a row holds.</summary>
    public SnapshotSchema Schema { get; }

    /// <summary>Rows appended.</summary>
    public int Count { get; private set; }

    /// <summary>Removes all rows; buffers stay.</summary>
    public void Clear()
    {
        Count = 0;
        _slotsBegun = 0;
    }

    /// <summary>Begins a row. Then, S times: any number of <see cref="AddId"/> and one <see cref="EndSlot"/>; at last <see cref="EndRow"/>.</summary>
    /// <returns>[M] the row's dense features, all 0, to be filled before <see cref="EndRow"/>.</returns>
    public Span<float> BeginRow()
    {
        _row = PlaceOf(Count);
        if (_row == 0)
        {
            OpenChunk();
        }

        Chunk open = _open;
        GrowingArray.Reserve(ref open.Offsets, ((_row + 1) * _slots) + 1);
        GrowingArray.Reserve(ref open.Dense, (_row + 1) * _denseCount);
        GrowingArray.Reserve(ref open.HistoryOffsets, _row + 2);
        GrowingArray.Reserve(ref open.BiasIds, _row + 1);
        GrowingArray.Reserve(ref open.ReferenceBiasIds, _row + 1);
        _slotsBegun = 0;
        open.Offsets[_row * _slots] = open.IdCount;
        Span<float> dense = open.Dense.AsSpan(_row * _denseCount, _denseCount);
        dense.Clear();
        return dense;
    }

    /// <summary>Adds an id to the bag of the slot that is open.</summary>
    public void AddId(ulong id)
    {
        Chunk open = _open;
        GrowingArray.Reserve(ref open.Ids, open.IdCount + 1);
        open.Ids[open.IdCount++] = id;
    }

    /// <summary>Adds ids to the bag of the slot that is open.</summary>
    public void AddIds(ReadOnlySpan<ulong> ids)
    {
        Chunk open = _open;
        GrowingArray.Reserve(ref open.Ids, open.IdCount + ids.Length);
        ids.CopyTo(open.Ids.AsSpan(open.IdCount));
        open.IdCount += ids.Length;
    }

    /// <summary>Closes the bag of the slot that is open and opens the next.</summary>
    public void EndSlot()
    {
        _slotsBegun++;
        _open.Offsets[(_row * _slots) + _slotsBegun] = _open.IdCount;
    }

    /// <summary>The bag of slot <paramref name="slot"/> in the row that is being appended; the slot must be closed.</summary>
    public ReadOnlySpan<ulong> OpenRowIds(int slot) => _open.IdsAt((_row * _slots) + slot);

    /// <summary>Adds one item to the row's history, most recent first.</summary>
    /// <param name="item">Feature id in the table of the history's item slot.</param>
    /// <param name="behaviour">Index in the scene's behaviours.</param>
    /// <param name="at">Event time, ms since the epoch.</param>
    public void AddHistory(ulong item, byte behaviour, long at) => AppendHistory([item], [behaviour], [at]);

    /// <summary>Adds items to the row's history, most recent first; what belongs to one stands at its place in each span.</summary>
    /// <param name="items">Feature ids in the table of the history's item slot.</param>
    /// <param name="behaviours">Indices in the scene's behaviours.</param>
    /// <param name="times">Event times, ms since the epoch.</param>
    /// <exception cref="ArgumentException">The spans differ in length; nothing is added.</exception>
    public void AddHistory(ReadOnlySpan<ulong> items, ReadOnlySpan<byte> behaviours, ReadOnlySpan<long> times)
    {
        if (behaviours.Length != items.Length || times.Length != items.Length)
        {
            throw new ArgumentException($"A history has {items.Length} items, {behaviours.Length} behaviours and {times.Length} times; give as many of each.");
        }

        AppendHistory(items, behaviours, times);
    }

    /// <summary>Completes the row.</summary>
    /// <param name="biasId">Feature id of (surface, position) as shown, for the wide-only bias; 0 where there is none.</param>
    /// <param name="referenceBiasId">Feature id of (surface, reference position): what ranking uses for every candidate.</param>
    /// <returns>Index of the row.</returns>
    /// <exception cref="InvalidOperationException">Not every slot was closed.</exception>
    public int EndRow(ulong biasId, ulong referenceBiasId)
    {
        if (_slotsBegun != _slots)
        {
            throw new InvalidOperationException($"A snapshot has {_slots} slots; {_slotsBegun} were closed.");
        }

        Chunk open = _open;
        open.BiasIds[_row] = biasId;
        open.ReferenceBiasIds[_row] = referenceBiasId;
        open.HistoryOffsets[_row + 1] = open.HistoryCount;
        return Count++;
    }

    /// <summary>Appends row <paramref name="row"/> of <paramref name="source"/>, which has the same schema.</summary>
    /// <returns>Index of the new row.</returns>
    public int AppendRow(SnapshotColumns source, int row)
    {
        ArgumentNullException.ThrowIfNull(source);
        return AppendRow(source, row, source.BiasId(row));
    }

    /// <summary>As the other overload, but shown at another place: what was scored as a candidate, with the position it got.</summary>
    /// <param name="source">Columns of the same schema.</param>
    /// <param name="row">Index of a row of it.</param>
    /// <param name="biasId">Feature id of (surface, position) as shown; 0 where there is none.</param>
    /// <returns>Index of the new row.</returns>
    public int AppendRow(SnapshotColumns source, int row, ulong biasId)
    {
        ArgumentNullException.ThrowIfNull(source);
        source.Dense(row).CopyTo(BeginRow());
        Chunk open = _open, from = source.ChunkOf(row);
        ReadOnlySpan<int> offsets = from.Offsets.AsSpan(PlaceOf(row) * _slots, _slots + 1);
        int shift = open.IdCount - offsets[0];
        AddIds(from.Ids.AsSpan(offsets[0]..offsets[_slots]));
        for (int slot = 1; slot <= _slots; slot++)
        {
            open.Offsets[(_row * _slots) + slot] = offsets[slot] + shift;
        }

        AppendHistory(source.HistoryItems(row), source.HistoryBehaviours(row), source.HistoryTimes(row));
        _slotsBegun = _slots;
        return EndRow(biasId, source.ReferenceBiasId(row));
    }

    /// <summary>The bag of slot <paramref name="slot"/> in row <paramref name="row"/>.</summary>
    public ReadOnlySpan<ulong> Ids(int row, int slot) => ChunkOf(row).IdsAt((PlaceOf(row) * _slots) + slot);

    /// <summary>[M] dense features of row <paramref name="row"/>, scaled.</summary>
    public ReadOnlySpan<float> Dense(int row) => ChunkOf(row).Dense.AsSpan(PlaceOf(row) * _denseCount, _denseCount);

    /// <summary>Feature ids of the row's history, most recent first; at most L.</summary>
    public ReadOnlySpan<ulong> HistoryItems(int row) => ChunkOf(row).ItemsOf(PlaceOf(row));

    /// <summary>Behaviours of the row's history, beside <see cref="HistoryItems"/>.</summary>
    public ReadOnlySpan<byte> HistoryBehaviours(int row) => ChunkOf(row).BehavioursOf(PlaceOf(row));

    /// <summary>Event times of the row's history, ms since the epoch, beside <see cref="HistoryItems"/>.</summary>
    public ReadOnlySpan<long> HistoryTimes(int row) => ChunkOf(row).TimesOf(PlaceOf(row));

    /// <summary>Feature id of the row's (surface, position) as shown; 0 where there is none.</summary>
    public ulong BiasId(int row) => ChunkOf(row).BiasIds[PlaceOf(row)];

    /// <summary>Feature id of the row's (surface, reference position); 0 where there is none.</summary>
    public ulong ReferenceBiasId(int row) => ChunkOf(row).ReferenceBiasIds[PlaceOf(row)];

    private static int PlaceOf(int row) => row & (ChunkRows - 1);

    private Chunk ChunkOf(int row) => _chunks[row >> ChunkBits];

    private void OpenChunk()
    {
        int index = Count >> ChunkBits;
        if (index > 0 && index == _chunks.Count)
        {
            // What is full keeps no room to grow, and what comes will be about as large.
            _open.Trim();
            _chunks.Add(new Chunk(_slots, _denseCount, ChunkRows, _open.IdCount, _open.HistoryCount));
        }

        _open = _chunks[index];
        _open.Clear();
    }

    private void AppendHistory(ReadOnlySpan<ulong> items, ReadOnlySpan<byte> behaviours, ReadOnlySpan<long> times)
    {
        Chunk open = _open;
        GrowingArray.Reserve(ref open.HistoryItems, open.HistoryCount + items.Length);
        GrowingArray.Reserve(ref open.HistoryBehaviours, open.HistoryCount + items.Length);
        GrowingArray.Reserve(ref open.HistoryTimes, open.HistoryCount + items.Length);
        items.CopyTo(open.HistoryItems.AsSpan(open.HistoryCount));
        behaviours.CopyTo(open.HistoryBehaviours.AsSpan(open.HistoryCount));
        times.CopyTo(open.HistoryTimes.AsSpan(open.HistoryCount));
        open.HistoryCount += items.Length;
    }

    /// <summary>Rows with consecutive numbers.</summary>
    private sealed class Chunk(int slots, int dense, int rows, int ids, int history)
    {
        public int[] Offsets = new int[(rows * slots) + 1];
        public ulong[] Ids = new ulong[ids];
        public float[] Dense = new float[rows * dense];
        public int[] HistoryOffsets = new int[rows + 1];
        public ulong[] HistoryItems = new ulong[history];
        public byte[] HistoryBehaviours = new byte[history];
        public long[] HistoryTimes = new long[history];
        public ulong[] BiasIds = new ulong[rows];
        public ulong[] ReferenceBiasIds = new ulong[rows];
        public int IdCount;
        public int HistoryCount;

        public ReadOnlySpan<ulong> IdsAt(int place) => Ids.AsSpan(Offsets[place]..Offsets[place + 1]);

        public ReadOnlySpan<ulong> ItemsOf(int place) => HistoryItems.AsSpan(HistoryOf(place));

        public ReadOnlySpan<byte> BehavioursOf(int place) => HistoryBehaviours.AsSpan(HistoryOf(place));

        public ReadOnlySpan<long> TimesOf(int place) => HistoryTimes.AsSpan(HistoryOf(place));

        public void Clear() => (IdCount, HistoryCount) = (0, 0);

        public void Trim()
        {
            Array.Resize(ref Ids, IdCount);
            Array.Resize(ref HistoryItems, HistoryCount);
            Array.Resize(ref HistoryBehaviours, HistoryCount);
            Array.Resize(ref HistoryTimes, HistoryCount);
        }

        private Range HistoryOf(int place) => HistoryOffsets[place]..HistoryOffsets[place + 1];
    }
}
