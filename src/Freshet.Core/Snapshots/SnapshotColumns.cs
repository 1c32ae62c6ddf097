namespace Freshet.Core.Snapshots;

/// <summary>
/// Feature snapshots as columns: what Features fills, Models read, and sample files hold. One row an impression or candidate.
/// </summary>
/// <remarks>
/// Ragged columns are one array of values and one of offsets: the ids of slot s in row r are
/// <c>ids[offsets[r·S + s] .. offsets[r·S + s + 1]]</c>. Rows are appended slot by slot; <see cref="Clear"/> keeps the
/// buffers, so a batch that is refilled allocates nothing in steady state. Not thread-safe for writing; rows already
/// appended may be read by many threads while none appends.
/// </remarks>
public sealed class SnapshotColumns
{
    private readonly int _slots;
    private readonly int _denseCount;
    private int[] _offsets;
    private ulong[] _ids;
    private float[] _dense;
    private int[] _historyOffsets;
    private ulong[] _historyItems;
    private byte[] _historyBehaviours;
    private long[] _historyTimes;
    private ulong[] _biasIds;
    private ulong[] _referenceBiasIds;
    private int _slotsBegun;
    private int _idCount;
    private int _historyCount;

    /// <summary>Empty columns of <paramref name="schema"/>, with room for <paramref name="capacity"/> rows before they grow.</summary>
    public SnapshotColumns(SnapshotSchema schema, int capacity = 16)
    {
        ArgumentNullException.ThrowIfNull(schema);
        Schema = schema;
        _slots = schema.Slots.Count;
        _denseCount = schema.Dense.Count;
        _offsets = new int[(capacity * _slots) + 1];
        _ids = new ulong[capacity * _slots];
        _dense = new float[capacity * _denseCount];
        _historyOffsets = new int[capacity + 1];
        _historyItems = new ulong[Math.Min(capacity * schema.HistoryLength, 1 << 20)];
        _historyBehaviours = new byte[_historyItems.Length];
        _historyTimes = new long[_historyItems.Length];
        _biasIds = new ulong[capacity];
        _referenceBiasIds = new ulong[capacity];
    }

    /// <summary>What a row holds.</summary>
    public SnapshotSchema Schema { get; }

    /// <summary>Rows appended.</summary>
    public int Count { get; private set; }

    /// <summary>Removes all rows; buffers stay.</summary>
    public void Clear()
    {
        Count = 0;
        _idCount = 0;
        _historyCount = 0;
        _slotsBegun = 0;
    }

    /// <summary>Begins a row. Then, S times: any number of <see cref="AddId"/> and one <see cref="EndSlot"/>; at last <see cref="EndRow"/>.</summary>
    /// <returns>[M] the row's dense features, all 0, to be filled before <see cref="EndRow"/>.</returns>
    public Span<float> BeginRow()
    {
        GrowingArray.Reserve(ref _offsets, ((Count + 1) * _slots) + 1);
        GrowingArray.Reserve(ref _dense, (Count + 1) * _denseCount);
        GrowingArray.Reserve(ref _historyOffsets, Count + 2);
        GrowingArray.Reserve(ref _biasIds, Count + 1);
        GrowingArray.Reserve(ref _referenceBiasIds, Count + 1);
        _slotsBegun = 0;
        _offsets[Count * _slots] = _idCount;
        Span<float> dense = _dense.AsSpan(Count * _denseCount, _denseCount);
        dense.Clear();
        return dense;
    }

    /// <summary>Adds an id to the bag of the slot that is open.</summary>
    public void AddId(ulong id)
    {
        GrowingArray.Reserve(ref _ids, _idCount + 1);
        _ids[_idCount++] = id;
    }

    /// <summary>Adds ids to the bag of the slot that is open.</summary>
    public void AddIds(ReadOnlySpan<ulong> ids)
    {
        GrowingArray.Reserve(ref _ids, _idCount + ids.Length);
        ids.CopyTo(_ids.AsSpan(_idCount));
        _idCount += ids.Length;
    }

    /// <summary>Closes the bag of the slot that is open and opens the next.</summary>
    public void EndSlot()
    {
        _slotsBegun++;
        _offsets[(Count * _slots) + _slotsBegun] = _idCount;
    }

    /// <summary>The bag of slot <paramref name="slot"/> in the row that is being appended; the slot must be closed.</summary>
    public ReadOnlySpan<ulong> OpenRowIds(int slot)
    {
        int at = (Count * _slots) + slot;
        return _ids.AsSpan(_offsets[at].._offsets[at + 1]);
    }

    /// <summary>Adds one item to the row's history, most recent first.</summary>
    /// <param name="item">Feature id in the table of the history's item slot.</param>
    /// <param name="behaviour">Index in the scene's behaviours.</param>
    /// <param name="at">Event time, ms since the epoch.</param>
    public void AddHistory(ulong item, byte behaviour, long at)
    {
        GrowingArray.Reserve(ref _historyItems, _historyCount + 1);
        GrowingArray.Reserve(ref _historyBehaviours, _historyCount + 1);
        GrowingArray.Reserve(ref _historyTimes, _historyCount + 1);
        _historyItems[_historyCount] = item;
        _historyBehaviours[_historyCount] = behaviour;
        _historyTimes[_historyCount++] = at;
    }

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

        _biasIds[Count] = biasId;
        _referenceBiasIds[Count] = referenceBiasId;
        _historyOffsets[Count + 1] = _historyCount;
        return Count++;
    }

    /// <summary>Appends row <paramref name="row"/> of <paramref name="source"/>, which has the same schema.</summary>
    /// <returns>Index of the new row.</returns>
    public int AppendRow(SnapshotColumns source, int row)
    {
        ArgumentNullException.ThrowIfNull(source);
        return AppendRow(source, row, source._biasIds[row]);
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
        int start = source._offsets[row * _slots], end = source._offsets[(row + 1) * _slots];
        GrowingArray.Reserve(ref _ids, _idCount + end - start);
        source._ids.AsSpan(start, end - start).CopyTo(_ids.AsSpan(_idCount));
        for (int slot = 1; slot <= _slots; slot++)
        {
            _offsets[(Count * _slots) + slot] = source._offsets[(row * _slots) + slot] - start + _idCount;
        }

        _idCount += end - start;
        AppendHistory(source.HistoryItems(row), source.HistoryBehaviours(row), source.HistoryTimes(row));
        _slotsBegun = _slots;
        return EndRow(biasId, source._referenceBiasIds[row]);
    }

    /// <summary>The bag of slot <paramref name="slot"/> in row <paramref name="row"/>.</summary>
    public ReadOnlySpan<ulong> Ids(int row, int slot)
    {
        int at = (row * _slots) + slot;
        return _ids.AsSpan(_offsets[at].._offsets[at + 1]);
    }

    /// <summary>[M] dense features of row <paramref name="row"/>, scaled.</summary>
    public ReadOnlySpan<float> Dense(int row) => _dense.AsSpan(row * _denseCount, _denseCount);

    /// <summary>Feature ids of the row's history, most recent first; at most L.</summary>
    public ReadOnlySpan<ulong> HistoryItems(int row) => _historyItems.AsSpan(_historyOffsets[row].._historyOffsets[row + 1]);

    /// <summary>Behaviours of the row's history, beside <see cref="HistoryItems"/>.</summary>
    public ReadOnlySpan<byte> HistoryBehaviours(int row) =>
        _historyBehaviours.AsSpan(_historyOffsets[row].._historyOffsets[row + 1]);

    /// <summary>Event times of the row's history, ms since the epoch, beside <see cref="HistoryItems"/>.</summary>
    public ReadOnlySpan<long> HistoryTimes(int row) => _historyTimes.AsSpan(_historyOffsets[row].._historyOffsets[row + 1]);

    /// <summary>Feature id of the row's (surface, position) as shown; 0 where there is none.</summary>
    public ulong BiasId(int row) => _biasIds[row];

    /// <summary>Feature id of the row's (surface, reference position); 0 where there is none.</summary>
    public ulong ReferenceBiasId(int row) => _referenceBiasIds[row];

    private void AppendHistory(ReadOnlySpan<ulong> items, ReadOnlySpan<byte> behaviours, ReadOnlySpan<long> times)
    {
        GrowingArray.Reserve(ref _historyItems, _historyCount + items.Length);
        GrowingArray.Reserve(ref _historyBehaviours, _historyCount + items.Length);
        GrowingArray.Reserve(ref _historyTimes, _historyCount + items.Length);
        items.CopyTo(_historyItems.AsSpan(_historyCount));
        behaviours.CopyTo(_historyBehaviours.AsSpan(_historyCount));
        times.CopyTo(_historyTimes.AsSpan(_historyCount));
        _historyCount += items.Length;
    }
}
