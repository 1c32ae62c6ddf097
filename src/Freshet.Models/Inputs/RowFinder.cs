using Freshet.Embeddings;
using Freshet.Models.Batches;

namespace Freshet.Models.Inputs;

/// <summary>From ids to rows: lookup, sighting and admission, and the items that the auxiliary loss chooses from.</summary>
internal sealed class RowFinder
{
    private readonly ModelShape _shape;
    private readonly SparseTables _tables;
    private readonly int[] _behaviours = new int[256];
    private bool[] _split = [];

    /// <summary>Finds rows of <paramref name="tables"/>.</summary>
    public RowFinder(ModelShape shape, SparseTables tables)
    {
        _shape = shape;
        _tables = tables;
        for (int i = 0; i < shape.Scene.History.Behaviours.Count; i++)
        {
            _behaviours[shape.Scene.History.Behaviours[i]] = i;
        }
    }

    /// <summary>Lays a batch out; its rows are found by <see cref="Find"/>, piece by piece.</summary>
    /// <returns>Pieces.</returns>
    public int BeginFind(Pass pass)
    {
        if (_shape.HistoryLength == 0)
        {
            return _tables.Slots.Length;
        }

        pass.History.Lay(pass.Columns, pass.First, pass.Groups, _shape.HistoryLength, pass.GroupPiece);
        return _tables.Slots.Length + pass.GroupPieces;
    }

    /// <summary>Finds the rows of one slot, or of the histories of some groups; ids without one stay without.</summary>
    public void Find(Pass pass, int piece)
    {
        if (piece >= _tables.Slots.Length)
        {
            int first = (piece - _tables.Slots.Length) * pass.GroupPiece, end = Math.Min(pass.Groups.Count, first + pass.GroupPiece);
            pass.History.Find(pass.Columns, pass.First, pass.Groups, first, end, _tables.Of(_shape.ItemSlot), _behaviours);
            return;
        }

        bool isUser = _shape.Layout.Slots[piece].IsUser;
        ReadOnlySpan<int> owners = isUser ? pass.Groups.Starts[..pass.Groups.Count] : pass.Identity[..pass.SampleCount];
        pass.Slots[piece].Find(pass.Columns, pass.First, owners, piece, _tables.Of(piece));
    }

    /// <summary>Finds what depends on the rows that <see cref="Find"/> found.</summary>
    public void EndFind(Pass pass, bool useReferenceBias)
    {
        if (_shape.HistoryLength > 0)
        {
            pass.History.LaySamples(pass.Groups);
        }

        FindBiases(pass, useReferenceBias);
        if (_tables.Output >= 0)
        {
            FindOutputs(pass);
        }
    }

    /// <summary>
    /// Samples of a group share its rows. Where an id of the user's side is still waiting for its threshold, it may be admitted between two of
    /// them: such a group is taken apart, so that sighting keeps its order.
    /// </summary>
    /// <returns>Whether groups changed: rows are to be found anew.</returns>
    public bool Split(Pass pass, LearnPhase phase)
    {
        if (!pass.Groups.IsShared)
        {
            return false;
        }

        ModelWorkspace.Grow(ref _split, pass.Groups.Count);
        Span<bool> split = _split.AsSpan(0, pass.Groups.Count);
        split.Clear();
        bool any = false;
        for (int slot = 0; slot < _tables.Slots.Length; slot++)
        {
            SlotRows rows = pass.Slots[slot];
            if (!_shape.Layout.Slots[slot].IsUser || rows.Missing == 0 || !_tables.Slots[slot].Learns(phase) || _tables.Slots[slot].Threshold(phase) == 1)
            {
                continue;
            }

            for (int i = 0; i < rows.Count; i++)
            {
                int group = rows.Owners[i];
                if (rows.Rows[i] < 0 && pass.Groups.SizeOf(group) > 1)
                {
                    split[group] = any = true;
                }
            }
        }

        if (any)
        {
            pass.Groups.Split(split);
        }

        return any;
    }

    /// <summary>
    /// Sights the ids that have no row, in order of sample, slot and bag, and gives rows to those that are admitted: from that occurrence on they
    /// take part.
    /// </summary>
    /// <param name="pass">The batch.</param>
    /// <param name="isRepeat">Whether the ids of its slots were sighted before: those without a row stay without.</param>
    /// <param name="phase">Base or increment.</param>
    /// <param name="samples">Samples learnt before the batch.</param>
    /// <param name="horizon">Samples in all, which Poisson admission looks ahead to.</param>
    /// <param name="counts">Counts of the run, or null.</param>
    public void Sight(Pass pass, bool isRepeat, LearnPhase phase, long samples, long horizon, RunCounts? counts)
    {
        bool any = false;
        for (int slot = 0; slot < _tables.Slots.Length; slot++)
        {
            any |= !isRepeat && pass.Slots[slot].Missing > 0 && _tables.Slots[slot].Learns(phase);
        }

        for (int sample = 0; any && sample < pass.SampleCount; sample++)
        {
            long at = samples + sample + 1;
            SightSample(pass, sample, phase, Math.Max(0, horizon - at) / (double)at, counts);
        }

        for (int sample = 0; sample < pass.SampleCount; sample++)
        {
            ulong bias = pass.Columns.BiasId(pass.First + sample);
            if (_tables.Bias >= 0 && bias != 0 && pass.BiasRows[sample] < 0)
            {
                pass.BiasRows[sample] = _tables[_tables.Bias].Sight(bias, 1);
            }
        }

        if (_tables.Output >= 0)
        {
            SightOutputs(pass, phase);
        }
    }

    /// <summary>Draws what the auxiliary loss chooses from.</summary>
    public void DrawChoices(Pass pass, ulong seed)
    {
        if (_shape.Negatives > 0)
        {
            FindPositives(pass);
            pass.Choices.Draw(
                pass.Groups, _shape.Negatives, _shape.AuxiliaryWeight, pass.PositiveRows.AsSpan(0, pass.Groups.Count),
                pass.OutputRows.AsSpan(0, pass.SampleCount), seed);
        }
    }

    private int Sight(in SlotInput slot, ulong id, LearnPhase phase, double left, RunCounts? counts)
    {
        int threshold = slot.Threshold(phase);
        EmbeddingTable table = _tables[slot.Table];
        return slot.IsPoisson ? table.SightPoisson(id, threshold, left)
            : slot.CountsAhead && threshold > 1 && counts is not null ? table.Sight(id, threshold, counts.Reaches(slot.Table, id, threshold))
            : table.Sight(id, threshold);
    }

    private void FindBiases(Pass pass, bool useReferenceBias)
    {
        for (int sample = 0; sample < pass.SampleCount; sample++)
        {
            int row = pass.First + sample;
            ulong bias = useReferenceBias ? pass.Columns.ReferenceBiasId(row) : pass.Columns.BiasId(row);
            pass.BiasRows[sample] = _tables.Bias < 0 || bias == 0 ? -1 : _tables[_tables.Bias].Find(bias);
        }
    }

    private void FindOutputs(Pass pass)
    {
        SlotRows items = pass.Slots[_shape.ItemSlot];
        for (int sample = 0; sample < pass.SampleCount; sample++)
        {
            int start = items.Starts[sample];
            pass.OutputRows[sample] = start < items.Starts[sample + 1] ? _tables[_tables.Output].Find(items.Ids[start]) : -1;
        }
    }

    // An item has an output row from the moment it has a row.
    private void SightOutputs(Pass pass, LearnPhase phase)
    {
        if (!_tables.Slots[_shape.ItemSlot].Learns(phase))
        {
            return;
        }

        SlotRows items = pass.Slots[_shape.ItemSlot];
        for (int sample = 0; sample < pass.SampleCount; sample++)
        {
            int start = items.Starts[sample];
            if (pass.OutputRows[sample] < 0 && start < items.Starts[sample + 1] && items.Rows[start] >= 0)
            {
                pass.OutputRows[sample] = _tables[_tables.Output].Sight(items.Ids[start], 1);
            }
        }
    }

    private void FindPositives(Pass pass)
    {
        ModelWorkspace.Grow(ref pass.PositiveRows, pass.Groups.Count);
        for (int group = 0; group < pass.Groups.Count; group++)
        {
            pass.PositiveRows[group] = pass.History.Counts[group] < 2 ? -1 : _tables[_tables.Output].Find(pass.History.Ids[pass.History.Starts[group]]);
        }
    }

    private void SightSample(Pass pass, int sample, LearnPhase phase, double left, RunCounts? counts)
    {
        for (int slot = 0; slot < _tables.Slots.Length; slot++)
        {
            SlotRows rows = pass.Slots[slot];
            if (rows.Missing == 0 || !_tables.Slots[slot].Learns(phase))
            {
                continue;
            }

            int owner = _shape.Layout.Slots[slot].IsUser ? pass.Groups.GroupOf[sample] : sample;
            for (int i = rows.Starts[owner]; i < rows.Starts[owner + 1]; i++)
            {
                if (rows.Rows[i] < 0)
                {
                    rows.Rows[i] = Sight(_tables.Slots[slot], rows.Ids[i], phase, left, counts);
                }
            }
        }
    }
}
