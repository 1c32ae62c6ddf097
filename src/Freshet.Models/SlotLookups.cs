using Freshet.Models.Batches;

namespace Freshet.Models;

/// <summary>Ids that forward passes looked up, and how many of them had no row, slot by slot.</summary>
/// <remarks>
/// An id of the user's side is looked up once for all candidates of a request, an id of the item's side once a candidate. Ids of histories and
/// positions belong to no slot and are not counted. One writer; who reads beside it sees each number as it was at some moment. Counting
/// allocates nothing once all slots are known.
/// </remarks>
public sealed class SlotLookups
{
    private long[] _counts = []; // per slot: ids looked up, ids without a row; written by the predicting thread, read by that of the meter

    /// <summary>Slots counted so far: those of the widest model that was used.</summary>
    public int SlotCount => _counts.Length / 2;

    /// <summary>Ids of <paramref name="slot"/> that were looked up; 0 for a slot that was never counted.</summary>
    public long Of(int slot) => Read(2 * slot);

    /// <summary>Of them those that had no row: they contributed zero.</summary>
    public long WithoutRow(int slot) => Read((2 * slot) + 1);

    /// <summary>Adds what <paramref name="other"/> counted.</summary>
    public void Add(SlotLookups other)
    {
        ArgumentNullException.ThrowIfNull(other);
        MakeRoom(other.SlotCount);
        for (int i = 0; i < other._counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }

    /// <summary>Sets all counts to 0.</summary>
    public void Clear() => _counts.AsSpan().Clear();

    /// <summary>Writes the counts for a checkpoint.</summary>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_counts.Length);
        foreach (long count in _counts)
        {
            writer.Write(count);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        long[] counts = new long[reader.ReadInt32()];
        foreach (ref long count in counts.AsSpan())
        {
            count = reader.ReadInt64();
        }

        _counts = counts;
    }

    internal void Add(SlotRows[] slots)
    {
        MakeRoom(slots.Length);
        for (int slot = 0; slot < slots.Length; slot++)
        {
            _counts[2 * slot] += slots[slot].Count;
            _counts[(2 * slot) + 1] += slots[slot].Missing;
        }
    }

    private long Read(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        long[] counts = _counts;
        return index < counts.Length ? counts[index] : 0;
    }

    private void MakeRoom(int slots)
    {
        if (SlotCount < slots)
        {
            Array.Resize(ref _counts, 2 * slots);
        }
    }
}
