using Freshet.Core.Snapshots;
using Freshet.Embeddings;

namespace Freshet.Models.Batches;

/// <summary>The ids of one slot in a batch, owner by owner, and their rows. An owner is a group on the user's side, a sample on the item's.</summary>
internal sealed class SlotRows
{
    private ulong[] _ids = [];
    private int[] _rows = [];
    private int[] _owners = [];
    private int[] _starts = new int[1];
    private float[] _scales = [];

    /// <summary>Ids.</summary>
    public int Count { get; private set; }

    /// <summary>Whether every bag has exactly one id, so that id i is owner i's.</summary>
    public bool IsSingle { get; private set; }

    /// <summary>Ids without a row.</summary>
    public int Missing { get; private set; }

    /// <summary>[Count] the ids.</summary>
    public ReadOnlySpan<ulong> Ids => _ids.AsSpan(0, Count);

    /// <summary>[Count] row of each id; -1 = not admitted.</summary>
    public Span<int> Rows => _rows.AsSpan(0, Count);

    /// <summary>[Count] owner of each id.</summary>
    public ReadOnlySpan<int> Owners => _owners.AsSpan(0, Count);

    /// <summary>[owners + 1] first id of each owner.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary>[owners] 1 ÷ ids of the bag, 0 for an empty one: what mean pooling multiplies by.</summary>
    public ReadOnlySpan<float> Scales => _scales;

    /// <summary>Collects the bags of <paramref name="slot"/> and finds their rows; ids without one stay without.</summary>
    /// <param name="columns">Snapshots.</param>
    /// <param name="first">First row of the batch.</param>
    /// <param name="owners">[owners] sample, counted from <paramref name="first"/>, whose bag each owner has.</param>
    /// <param name="slot">Slot.</param>
    /// <param name="table">Its table.</param>
    public void Find(SnapshotColumns columns, int first, ReadOnlySpan<int> owners, int slot, EmbeddingTable table)
    {
        Count = 0;
        IsSingle = true;
        ModelWorkspace.Grow(ref _starts, owners.Length + 1);
        ModelWorkspace.Grow(ref _scales, owners.Length);
        for (int owner = 0; owner < owners.Length; owner++)
        {
            ReadOnlySpan<ulong> bag = columns.Ids(first + owners[owner], slot);
            MakeRoom(Count + bag.Length);
            IsSingle &= bag.Length == 1;
            _starts[owner] = Count;
            _scales[owner] = bag.IsEmpty ? 0 : 1f / bag.Length;
            foreach (ulong id in bag)
            {
                _ids[Count] = id;
                _owners[Count++] = owner;
            }
        }

        _starts[owners.Length] = Count;
        table.Find(Ids, Rows);
        Missing = 0;
        foreach (int row in Rows)
        {
            Missing += row < 0 ? 1 : 0;
        }
    }

    private void MakeRoom(int count)
    {
        if (_ids.Length < count)
        {
            int capacity = Math.Max(count, 2 * _ids.Length);
            Array.Resize(ref _ids, capacity);
            Array.Resize(ref _owners, capacity);
            _rows = new int[capacity];
        }
    }
}
