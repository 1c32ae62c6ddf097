using System.Numerics;
using Freshet.Embeddings;
using Freshet.Kernels;
using Freshet.Kernels.Rows;
using Freshet.Models.Batches;
using Freshet.Models.Blocks;

namespace Freshet.Models.Inputs;

/// <summary>Sums the gradients of a batch by row, and steps the rows; cut into pieces by what they write.</summary>
internal sealed class RowLearner : IDisposable
{
    private readonly ModelShape _shape;
    private readonly SparseTables _tables;
    private readonly ModelInputs _inputs;
    private RowUpdates[] _updates = [];
    private int[][] _places = [];
    private int _parts;
    private float[] _groupLogitGradients = [];

    // The batch that is learnt.
    private Pass _pass = null!;

    /// <summary>Teaches rows of <paramref name="tables"/>.</summary>
    public RowLearner(ModelShape shape, SparseTables tables, ModelInputs inputs)
    {
        _shape = shape;
        _tables = tables;
        _inputs = inputs;
    }

    /// <summary>Gradient of h_0's history rows and output rows, as matrices of the pass; set by the blocks that have them.</summary>
    public (int History, int Matched, int Choices) RowGradients { get; set; } = (-1, -1, -1);

    /// <summary>Pieces of the rows' sums and steps.</summary>
    public int Pieces => _tables.All.Length * _parts;

    /// <summary>Makes ready for the sums of a batch, whose rows are all known.</summary>
    public void Begin(Pass pass, int threads)
    {
        _pass = pass;
        int parts = PartsFor(threads);
        if (parts > _parts)
        {
            Deal(parts);
        }

        foreach (RowUpdates updates in _updates)
        {
            updates.Begin();
        }

        if (pass.Groups.IsShared)
        {
            ModelWorkspace.Grow(ref _groupLogitGradients, pass.Groups.Count * _shape.Heads);
        }
    }

    /// <summary>[groups × heads] sums of the logit gradients of each group's samples, where samples share their user.</summary>
    public Span<float> GroupLogitGradients => _groupLogitGradients;

    /// <summary>Sums the gradients of one part of a table's rows, each in the order of its occurrences.</summary>
    /// <returns>Whether all sums are below <paramref name="limit"/>.</returns>
    public bool Sum(int piece, LearnPhase phase, float limit)
    {
        (int table, int part) = (piece / _parts, piece % _parts);
        RowSums sums = _updates[table][part];
        int heads = _shape.Heads, dim = _tables[table].Options.Dim;
        Pass pass = _pass;
        for (int slot = 0; slot < _tables.Slots.Length; slot++)
        {
            if (_tables.Slots[slot].Table == table && _tables.Slots[slot].Learns(phase))
            {
                SumSlot(pass, slot, sums, _updates[table], ref _places[piece]);
            }
        }

        if (_shape.ItemSlot >= 0 && table == _tables.Slots[_shape.ItemSlot].Table && _tables.Slots[_shape.ItemSlot].Learns(phase))
        {
            SumMatrix(sums, pass.History.Rows, pass[RowGradients.History]);
        }

        if (table == _tables.Output)
        {
            SumMatrix(sums, pass.OutputRows.AsSpan(0, pass.SampleCount), pass[RowGradients.Matched]);
            if (!pass.Choices.IsEmpty)
            {
                SumMatrix(sums, pass.Choices.Rows, pass[RowGradients.Choices]);
            }
        }

        if (table == _tables.Bias)
        {
            sums.Add(pass.BiasRows.AsSpan(0, pass.SampleCount), [], pass.LogitGradients, heads, [], dim, heads);
        }

        return sums.AllBelow(limit);
    }

    /// <summary>Steps one part of a table's rows.</summary>
    public void Step(int piece, RowLearning learning) => _updates[piece / _parts].Step(piece % _parts, learning);

    /// <summary>Sums of one part of a table's rows.</summary>
    public RowSums SumsOf(int table, int part) => _updates[table][part];

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_updates, updates => updates.Dispose());

    // A table's rows are dealt to several threads only where there are fewer tables than threads: each part passes over all occurrences.
    private int PartsFor(int threads)
    {
        int tables = Math.Max(_tables.All.Length, 1);
        return (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min((threads + tables - 1) / tables, RowUpdates.MostParts));
    }

    private void Deal(int parts)
    {
        Array.ForEach(_updates, updates => updates.Dispose());
        _parts = parts;
        _updates = new RowUpdates[_tables.All.Length];
        for (int table = 0; table < _updates.Length; table++)
        {
            _updates[table] = new RowUpdates(_tables[table], parts);
        }

        _places = [.. Enumerable.Range(0, Pieces).Select(_ => Array.Empty<int>())];
    }

    private void SumSlot(Pass pass, int slot, RowSums sums, RowUpdates updates, ref int[] scratch)
    {
        InputPlace place = _shape.Layout.Slots[slot];
        SlotRows rows = pass.Slots[slot];
        ReadOnlySpan<int> owners = rows.IsSingle ? [] : rows.Owners;
        ModelWorkspace.Grow(ref scratch, rows.Rows.Length);
        Span<int> places = scratch.AsSpan(0, rows.Rows.Length);
        sums.Use(rows.Rows, places);
        if (!pass.IsRepeat)
        {
            updates.Count(sums.Part, places, owners, place.IsUser ? pass.Groups.Starts : [], pass.IsPositive);
        }

        for (int done = 0; done < _shape.Dim;)
        {
            PanelMatrix gradient = pass[place.IsUser ? _inputs.UserGradient : _inputs.ItemGradient];
            int column = place.Column + done, width = Math.Min(_shape.Dim - done, gradient.Width - (column % gradient.Width));
            sums.AddAt(
                places, owners, gradient.From(0, column), gradient.Width, _tables.Slots[slot].IsMean && !rows.IsSingle ? rows.Scales : [], done, width);
            done += width;
        }

        if (_shape.Blocks.Wide)
        {
            ReadOnlySpan<float> logits = place.IsUser && pass.Groups.IsShared ? _groupLogitGradients : pass.LogitGradients;
            sums.AddAt(places, owners, logits, _shape.Heads, [], _shape.Dim, _shape.Heads);
        }
    }

    private static void SumMatrix(RowSums sums, ReadOnlySpan<int> rows, in PanelMatrix source)
    {
        for (int done = 0; done < source.Columns; done += source.Width)
        {
            sums.Add(rows, [], source.From(0, done), source.Width, [], done, Math.Min(source.Width, source.Columns - done));
        }
    }
}
