using System.Runtime.InteropServices;
using Freshet.Core.Snapshots;
using Freshet.Embeddings;
using Freshet.Models.Inputs;

namespace Freshet.Models;

/// <summary>
/// How often ids without a row occur in all that one run (a base or an increment) learns: what slots with <c>count: batch</c> admit by,
/// from the first sample on.
/// </summary>
/// <remarks>
/// Give it every sample of the run, then set <see cref="RankingModel.RunCounts"/> while the run learns. Samples may be taken back and added as a run grows
/// over a day; <see cref="Settle"/> then says what is admitted otherwise. Some 50 bytes an id. Not thread-safe; one thread learns.
/// </remarks>
public sealed class RunCounts
{
    private readonly List<(int Table, ulong Id)> _touched = [];
    private readonly RankingModel _start;
    private readonly Dictionary<ulong, Entry>[] _entries;
    private readonly HashSet<ulong>[] _changed;
    private readonly int[][] _thresholds;
    private readonly bool[] _carries;
    private readonly LearnPhase _phase;

    /// <summary>Counts of a run.</summary>
    /// <param name="start">What it starts from, whose counts are those that are carried.</param>
    /// <param name="phase">Base or increment.</param>
    /// <param name="hasBegun">Whether <see cref="RankingModel.BeginIncrement"/> was called on it; else what the scene does not carry counts for nothing.</param>
    public RunCounts(RankingModel start, LearnPhase phase, bool hasBegun = true)
    {
        ArgumentNullException.ThrowIfNull(start);
        (_start, _phase) = (start, phase);
        int tables = start.Embeddings.All.Length;
        _entries = [.. Enumerable.Range(0, tables).Select(_ => new Dictionary<ulong, Entry>())];
        _changed = [.. Enumerable.Range(0, tables).Select(_ => new HashSet<ulong>())];
        _thresholds = [.. Enumerable.Range(0, tables).Select(Thresholds)];
        _carries = [.. Enumerable.Repeat(true, tables)];
        foreach (SlotInput slot in start.Embeddings.Slots)
        {
            _carries[slot.Table] &= hasBegun || slot.Carries;
        }
    }

    /// <summary>Whether a slot of the model counts ahead of a run of <paramref name="phase"/>.</summary>
    public static bool AreNeeded(RankingModel model, LearnPhase phase)
    {
        ArgumentNullException.ThrowIfNull(model);
        foreach (SlotInput slot in model.Embeddings.Slots)
        {
            if (CountsIn(slot, phase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds the ids of a sample.</summary>
    /// <param name="features">Snapshots of the model's scene.</param>
    /// <param name="row">The sample's row.</param>
    public void Add(SnapshotColumns features, int row) => Count(features, row, 1);

    /// <summary>Takes the ids of a sample back that was added.</summary>
    /// <param name="features">Snapshots of the model's scene.</param>
    /// <param name="row">The sample's row.</param>
    public void Remove(SnapshotColumns features, int row) => Count(features, row, -1);

    /// <summary>Notes which ids are admitted otherwise than at the call before.</summary>
    /// <returns>Whether any is.</returns>
    public bool Settle()
    {
        bool any = false;
        Array.ForEach(_changed, ids => ids.Clear());
        foreach ((int table, ulong id) in _touched)
        {
            ref Entry entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries[table], id);
            int level = Level(table, entry);
            if (entry.Level != level)
            {
                entry.Level = level;
                any |= _changed[table].Add(id);
            }

            entry.IsTouched = false;
        }

        _touched.Clear();
        return any;
    }

    /// <summary>Whether a sample has an id that <see cref="Settle"/> found to be admitted otherwise.</summary>
    /// <param name="features">Snapshots of the model's scene.</param>
    /// <param name="row">The sample's row.</param>
    public bool IsChanged(SnapshotColumns features, int row)
    {
        ArgumentNullException.ThrowIfNull(features);
        for (int slot = 0; slot < _start.Embeddings.Slots.Length; slot++)
        {
            SlotInput input = _start.Embeddings.Slots[slot];
            if (CountsIn(input, _phase) && _changed[input.Table].Count > 0)
            {
                foreach (ulong id in features.Ids(row, slot))
                {
                    if (_changed[input.Table].Contains(id))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    /// <summary>Whether an id occurs <paramref name="threshold"/> times in the run, carried counts included.</summary>
    internal bool Reaches(int table, ulong id, int threshold) =>
        _entries[table].TryGetValue(id, out Entry entry) && entry.Carried + entry.Count >= threshold;

    private static bool CountsIn(in SlotInput slot, LearnPhase phase) => slot.CountsAhead && slot.Learns(phase) && slot.Threshold(phase) > 1;

    private int Level(int table, in Entry entry)
    {
        int level = 0;
        foreach (int threshold in _thresholds[table])
        {
            level += entry.Carried + entry.Count >= threshold ? 1 : 0;
        }

        return level;
    }

    private int[] Thresholds(int table)
    {
        var thresholds = new List<int>();
        foreach (SlotInput slot in _start.Embeddings.Slots)
        {
            if (slot.Table == table && CountsIn(slot, _phase))
            {
                thresholds.Add(slot.Threshold(_phase));
            }
        }

        return [.. thresholds];
    }

    private void Count(SnapshotColumns features, int row, int change)
    {
        ArgumentNullException.ThrowIfNull(features);
        for (int slot = 0; slot < _start.Embeddings.Slots.Length; slot++)
        {
            SlotInput input = _start.Embeddings.Slots[slot];
            if (CountsIn(input, _phase))
            {
                foreach (ulong id in features.Ids(row, slot))
                {
                    Count(input.Table, id, change);
                }
            }
        }
    }

    private void Count(int table, ulong id, int change)
    {
        EmbeddingTable rows = _start.Embeddings[table];
        if (rows.Find(id) >= 0)
        {
            return;
        }

        ref Entry entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries[table], id, out bool isKnown);
        if (!isKnown)
        {
            entry.Carried = _carries[table] ? rows.SightingsOf(id) : 0;
        }

        entry.Count += change;
        if (!entry.IsTouched)
        {
            entry.IsTouched = true;
            _touched.Add((table, id));
        }
    }

    private struct Entry
    {
        public long Carried;
        public int Count;
        public int Level;
        public bool IsTouched;
    }
}
