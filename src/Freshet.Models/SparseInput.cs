using Freshet.Core.Scenes;
using Freshet.Embeddings;
using Freshet.Kernels;
using Freshet.Kernels.Rows;
using Freshet.Models.Batches;
using Freshet.Models.Blocks;
using Freshet.Models.Parameters;

namespace Freshet.Models;

/// <summary>From ids to h_0 and the wide logits, and back: lookup, admission, pooling, and the gradients and steps of rows.</summary>
internal sealed class SparseInput : Block
{
    private const string BiasTable = "(position)";
    private const string OutputTable = "(output)";
    private const int MostParts = 16;
    private readonly ModelShape _shape;
    private readonly DenseParameters _parameters;
    private readonly ModelInputs _inputs;
    private readonly EmbeddingTable[] _tables;
    private readonly SlotInput[] _slots;
    private readonly int _bias = -1;
    private readonly int _output = -1;
    private readonly bool _hasWide;
    private readonly DenseRange _wideBiases;
    private readonly int[] _behaviours = new int[256];
    private RowUpdates[] _updates = [];
    private int[][] _places = [];
    private int _parts;
    private float[] _groupLogitGradients = [];
    private bool[] _split = [];

    // The batch that is learnt; ranking, of which there may be much at once, keeps nothing here.
    private Pass _pass = null!;

    public SparseInput(ModelShape shape, DenseParameters parameters, ModelInputs inputs)
    {
        _shape = shape;
        _parameters = parameters;
        _inputs = inputs;
        _hasWide = shape.Blocks.Wide;
        Scene scene = shape.Scene;
        var names = new List<string>();
        _slots = [.. scene.Slots.Select(slot => new SlotInput(slot, IndexOf(names, slot.Table)))];
        int wide = _hasWide ? shape.Heads : 0;
        var tables = new List<EmbeddingTable>(names.Select(name => Table(name, shape.Dim, wide)));
        if (shape.Blocks.History == HistoryKind.Dmr)
        {
            _output = tables.Count;
            tables.Add(Table(OutputTable, shape.Dim, 0));
        }

        if (scene.Model.PositionBias)
        {
            _bias = tables.Count;
            tables.Add(Table(BiasTable, 0, shape.Heads));
        }

        _tables = [.. tables];
        _wideBiases = parameters.Vector(_hasWide ? shape.Heads : 0);
        if (_hasWide)
        {
            parameters.Name("wide_bias", _wideBiases, shape.Heads, 0);
        }

        for (int i = 0; i < scene.History.Behaviours.Count; i++)
        {
            _behaviours[scene.History.Behaviours[i]] = i;
        }

    }

    public ReadOnlySpan<EmbeddingTable> Tables => _tables;

    /// <summary>The table of a slot.</summary>
    public EmbeddingTable TableOf(int slot) => _tables[_slots[slot].Table];

    /// <summary>The table of output rows v'; null where the model has none.</summary>
    public EmbeddingTable? Outputs => _output < 0 ? null : _tables[_output];

    /// <summary>Gradient of h_0's history rows and output rows, as matrices of the pass; set by the blocks that have them.</summary>
    public (int History, int Matched, int Choices) RowGradients { get; set; } = (-1, -1, -1);

    /// <summary>Pieces of the rows' sums and steps.</summary>
    public int RowPieces => _tables.Length * _parts;

    /// <summary>Lays a batch out; its rows are found by <see cref="Find"/>, piece by piece.</summary>
    /// <returns>Pieces.</returns>
    public int BeginFind(Pass pass)
    {
        if (_shape.HistoryLength == 0)
        {
            return _slots.Length;
        }

        pass.History.Lay(pass.Columns, pass.First, pass.Groups, _shape.HistoryLength, pass.GroupPiece);
        return _slots.Length + pass.GroupPieces;
    }

    /// <summary>Finds the rows of one slot, or of the histories of some groups; ids without one stay without.</summary>
    public void Find(Pass pass, int piece)
    {
        if (piece >= _slots.Length)
        {
            int first = (piece - _slots.Length) * pass.GroupPiece, end = Math.Min(pass.Groups.Count, first + pass.GroupPiece);
            pass.History.Find(pass.Columns, pass.First, pass.Groups, first, end, TableOf(_shape.ItemSlot), _behaviours);
            return;
        }

        bool isUser = _shape.Layout.Slots[piece].IsUser;
        ReadOnlySpan<int> owners = isUser ? pass.Groups.Starts[..pass.Groups.Count] : pass.Identity[..pass.SampleCount];
        pass.Slots[piece].Find(pass.Columns, pass.First, owners, piece, TableOf(piece));
    }

    /// <summary>Finds what depends on the rows that <see cref="Find"/> found.</summary>
    public void EndFind(Pass pass, bool useReferenceBias)
    {
        if (_shape.HistoryLength > 0)
        {
            pass.History.LaySamples(pass.Groups);
        }

        FindBiases(pass, useReferenceBias);
        if (_output >= 0)
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
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            SlotRows rows = pass.Slots[slot];
            if (!_shape.Layout.Slots[slot].IsUser || rows.Missing == 0 || !_slots[slot].Learns(phase) || _slots[slot].Threshold(phase) == 1)
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
    public void Sight(Pass pass, LearnPhase phase)
    {
        bool any = false;
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            any |= pass.Slots[slot].Missing > 0 && _slots[slot].Learns(phase);
        }

        for (int sample = 0; any && sample < pass.SampleCount; sample++)
        {
            SightSample(pass, sample, phase);
        }

        for (int sample = 0; sample < pass.SampleCount; sample++)
        {
            ulong bias = pass.Columns.BiasId(pass.First + sample);
            if (_bias >= 0 && bias != 0 && pass.BiasRows[sample] < 0)
            {
                pass.BiasRows[sample] = _tables[_bias].Sight(bias, 1);
            }
        }

        if (_output >= 0)
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

    public override void GroupForward(Pass pass, int first, int count)
    {
        Span<float> logits = pass.GroupLogits[(first * _shape.Heads)..((first + count) * _shape.Heads)];
        logits.Clear();
        Gather(pass, isUser: true, first, count, pass.GroupLogits);
    }

    public override void SampleForward(Pass pass, int first, int count)
    {
        int heads = _shape.Heads;
        for (int sample = first; sample < first + count; sample++)
        {
            Span<float> logits = pass.Logits.Slice(sample * heads, heads);
            pass.GroupLogits.Slice(pass.Groups.GroupOf[sample] * heads, heads).CopyTo(logits);
            if (_hasWide)
            {
                Kernels.Vectors.Add(logits, _parameters.Weights(_wideBiases)[..heads]);
            }
        }

        Gather(pass, isUser: false, first, count, pass.Logits);
        if (_bias >= 0)
        {
            RowGather.Add(
                _tables[_bias].Wide, pass.BiasRows.AsSpan(first, count), pass.Identity.Slice(first, count), 0, heads, pass.Logits, heads);
        }
    }

    public override void GroupBackward(Pass pass, int first, int count)
    {
        if (!pass.Groups.IsShared)
        {
            return;
        }

        int heads = _shape.Heads;
        for (int group = first; group < first + count; group++)
        {
            Span<float> sum = _groupLogitGradients.AsSpan(group * heads, heads);
            sum.Clear();
            for (int sample = pass.Groups.Starts[group]; sample < pass.Groups.Starts[group + 1]; sample++)
            {
                Kernels.Vectors.Add(sum, pass.LogitGradients.Slice(sample * heads, heads));
            }
        }
    }

    public override int GradientPieces => _hasWide ? 1 : 0;

    public override void Gradient(Pass pass, int piece)
    {
        Span<float> gradient = _parameters.Gradients(_wideBiases);
        gradient.Clear();
        for (int sample = 0; sample < pass.SampleCount; sample++)
        {
            Kernels.Vectors.Add(gradient[.._shape.Heads], pass.LogitGradients.Slice(sample * _shape.Heads, _shape.Heads));
        }
    }

    /// <summary>Makes ready for the sums of a batch, whose rows are all known.</summary>
    public void BeginRows(Pass pass, int threads)
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

    // A table's rows are dealt to several threads only where there are fewer tables than threads: each part passes over all occurrences.
    private int PartsFor(int threads) =>
        (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min((threads + _tables.Length - 1) / Math.Max(_tables.Length, 1), MostParts));

    private void Deal(int parts)
    {
        Array.ForEach(_updates, updates => updates.Dispose());
        _parts = parts;
        _updates = [.. _tables.Select(table => new RowUpdates(table, parts))];
        _places = [.. Enumerable.Range(0, RowPieces).Select(_ => Array.Empty<int>())];
    }

    /// <summary>Sums the gradients of one part of a table's rows, each in the order of its occurrences.</summary>
    /// <returns>Whether all sums are below <paramref name="limit"/>.</returns>
    public bool SumRows(int piece, LearnPhase phase, float limit)
    {
        (int table, int part) = (piece / _parts, piece % _parts);
        RowSums sums = _updates[table][part];
        int heads = _shape.Heads, dim = _tables[table].Options.Dim;
        Pass pass = _pass;
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            if (_slots[slot].Table == table && _slots[slot].Learns(phase))
            {
                SumSlot(pass, slot, sums, ref _places[piece]);
            }
        }

        if (_shape.ItemSlot >= 0 && table == _slots[_shape.ItemSlot].Table && _slots[_shape.ItemSlot].Learns(phase))
        {
            SumMatrix(sums, pass.History.Rows, pass[RowGradients.History]);
        }

        if (table == _output)
        {
            SumMatrix(sums, pass.OutputRows.AsSpan(0, pass.SampleCount), pass[RowGradients.Matched]);
            if (!pass.Choices.IsEmpty)
            {
                SumMatrix(sums, pass.Choices.Rows, pass[RowGradients.Choices]);
            }
        }

        if (table == _bias)
        {
            sums.Add(pass.BiasRows.AsSpan(0, pass.SampleCount), [], pass.LogitGradients, heads, [], dim, heads);
        }

        return sums.AllBelow(limit);
    }

    /// <summary>Steps one part of a table's rows.</summary>
    public void StepRows(int piece, RowLearning learning) => _updates[piece / _parts].Step(piece % _parts, learning);

    /// <summary>Sums of one part of a table's rows.</summary>
    public RowSums SumsOf(int table, int part) => _updates[table][part];

    /// <summary>Reads the rows of some histories into a matrix; zeros for rows of nothing.</summary>
    public void GatherHistory(Pass pass, int start, int length, in PanelMatrix destination) =>
        GatherRows(TableOf(_shape.ItemSlot), pass.History.Rows.Slice(start, length), start, destination);

    /// <summary>Reads the output rows of some samples' items into a matrix.</summary>
    public void GatherOutputs(Pass pass, int first, int count, in PanelMatrix destination) =>
        GatherRows(Outputs!, pass.OutputRows.AsSpan(first, count), first, destination);

    /// <summary>Reads the output rows that some groups choose from into a matrix.</summary>
    public void GatherChoices(Pass pass, int first, int count, in PanelMatrix destination)
    {
        int start = pass.Choices.FirstRow(first);
        GatherRows(Outputs!, pass.Choices.Rows.Slice(start, count * pass.Choices.Width), start, destination);
    }

    public void CopyFrom(SparseInput other)
    {
        for (int table = 0; table < _tables.Length; table++)
        {
            _tables[table].CopyFrom(other._tables[table]);
        }
    }

    protected override void Release()
    {
        foreach (RowUpdates updates in _updates)
        {
            updates.Dispose();
        }

        foreach (EmbeddingTable table in _tables)
        {
            table.Dispose();
        }
    }

    private static int IndexOf(List<string> names, string name)
    {
        int index = names.IndexOf(name);
        if (index < 0)
        {
            index = names.Count;
            names.Add(name);
        }

        return index;
    }

    private static void GatherRows(EmbeddingTable table, ReadOnlySpan<int> rows, int first, in PanelMatrix destination)
    {
        for (int done = 0; done < destination.Columns; done += destination.Width)
        {
            RowGather.Copy(
                table.Vectors, rows, done, Math.Min(destination.Width, destination.Columns - done), destination.From(first, done),
                destination.Width);
        }
    }

    private static void SumMatrix(RowSums sums, ReadOnlySpan<int> rows, in PanelMatrix source)
    {
        for (int done = 0; done < source.Columns; done += source.Width)
        {
            sums.Add(rows, [], source.From(0, done), source.Width, [], done, Math.Min(source.Width, source.Columns - done));
        }
    }

    private EmbeddingTable Table(string name, int dim, int tasks) => new(TableSettings.Of(_shape.Scene, name, dim, tasks));

    private void FindBiases(Pass pass, bool useReferenceBias)
    {
        for (int sample = 0; sample < pass.SampleCount; sample++)
        {
            int row = pass.First + sample;
            ulong bias = useReferenceBias ? pass.Columns.ReferenceBiasId(row) : pass.Columns.BiasId(row);
            pass.BiasRows[sample] = _bias < 0 || bias == 0 ? -1 : _tables[_bias].Find(bias);
        }
    }

    private void FindOutputs(Pass pass)
    {
        SlotRows items = pass.Slots[_shape.ItemSlot];
        for (int sample = 0; sample < pass.SampleCount; sample++)
        {
            int start = items.Starts[sample];
            pass.OutputRows[sample] = start < items.Starts[sample + 1] ? _tables[_output].Find(items.Ids[start]) : -1;
        }
    }

    // An item has an output row from the moment it has a row.
    private void SightOutputs(Pass pass, LearnPhase phase)
    {
        if (!_slots[_shape.ItemSlot].Learns(phase))
        {
            return;
        }

        SlotRows items = pass.Slots[_shape.ItemSlot];
        for (int sample = 0; sample < pass.SampleCount; sample++)
        {
            int start = items.Starts[sample];
            if (pass.OutputRows[sample] < 0 && start < items.Starts[sample + 1] && items.Rows[start] >= 0)
            {
                pass.OutputRows[sample] = _tables[_output].Sight(items.Ids[start], 1);
            }
        }
    }

    private void FindPositives(Pass pass)
    {
        ModelWorkspace.Grow(ref pass.PositiveRows, pass.Groups.Count);
        for (int group = 0; group < pass.Groups.Count; group++)
        {
            pass.PositiveRows[group] = pass.History.Counts[group] < 2 ? -1 : _tables[_output].Find(pass.History.Ids[pass.History.Starts[group]]);
        }
    }

    private void SightSample(Pass pass, int sample, LearnPhase phase)
    {
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            SlotRows rows = pass.Slots[slot];
            if (rows.Missing == 0 || !_slots[slot].Learns(phase))
            {
                continue;
            }

            int owner = _shape.Layout.Slots[slot].IsUser ? pass.Groups.GroupOf[sample] : sample;
            for (int i = rows.Starts[owner]; i < rows.Starts[owner + 1]; i++)
            {
                if (rows.Rows[i] < 0)
                {
                    rows.Rows[i] = TableOf(slot).Sight(rows.Ids[i], _slots[slot].Threshold(phase));
                }
            }
        }
    }

    private void Gather(Pass pass, bool isUser, int first, int count, Span<float> logits)
    {
        PanelMatrix matrix = pass[isUser ? _inputs.User : _inputs.Item];
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            InputPlace place = _shape.Layout.Slots[slot];
            if (place.IsUser != isUser)
            {
                continue;
            }

            SlotRows rows = pass.Slots[slot];
            (int start, int end) = (rows.Starts[first], rows.Starts[first + count]);
            ReadOnlySpan<int> indices = rows.Rows[start..end], owners = rows.Owners[start..end];
            for (int done = 0; done < _shape.Dim;)
            {
                int column = place.Column + done, width = Math.Min(_shape.Dim - done, matrix.Width - (column % matrix.Width));
                Pool(slot, rows, indices, owners, done, width, matrix, column, first, count);
                done += width;
            }

            if (_hasWide)
            {
                RowGather.Add(TableOf(slot).Wide, indices, owners, 0, _shape.Heads, logits, _shape.Heads);
            }
        }

        for (int feature = 0; feature < _shape.Layout.Dense.Length; feature++)
        {
            InputPlace place = _shape.Layout.Dense[feature];
            if (place.IsUser == isUser)
            {
                CopyDense(pass, feature, isUser, first, count, matrix, place.Column);
            }
        }
    }

    private void Pool(
        int slot, SlotRows rows, ReadOnlySpan<int> indices, ReadOnlySpan<int> owners, int rowOffset, int width, in PanelMatrix matrix, int column,
        int first, int count)
    {
        RowBlocks vectors = TableOf(slot).Vectors;
        if (rows.IsSingle)
        {
            RowGather.Copy(vectors, indices, rowOffset, width, matrix.From(first, column), matrix.Width);
            return;
        }

        for (int owner = first; owner < first + count; owner++)
        {
            matrix.Row(owner, column, width).Clear();
        }

        RowGather.Add(vectors, indices, owners, rowOffset, width, matrix.From(0, column), matrix.Width);
        if (_slots[slot].IsMean)
        {
            for (int owner = first; owner < first + count; owner++)
            {
                Kernels.Vectors.Scale(matrix.Row(owner, column, width), rows.Scales[owner]);
            }
        }
    }

    private static void CopyDense(Pass pass, int feature, bool isUser, int first, int count, in PanelMatrix matrix, int column)
    {
        Span<float> target = matrix.From(first, column);
        for (int i = 0; i < count; i++)
        {
            int sample = isUser ? pass.Groups.Starts[first + i] : first + i;
            target[i * matrix.Width] = pass.Columns.Dense(pass.First + sample)[feature];
        }
    }

    private void SumSlot(Pass pass, int slot, RowSums sums, ref int[] scratch)
    {
        InputPlace place = _shape.Layout.Slots[slot];
        SlotRows rows = pass.Slots[slot];
        ReadOnlySpan<int> owners = rows.IsSingle ? [] : rows.Owners;
        ModelWorkspace.Grow(ref scratch, rows.Rows.Length);
        Span<int> places = scratch.AsSpan(0, rows.Rows.Length);
        sums.Use(rows.Rows, places);
        for (int done = 0; done < _shape.Dim;)
        {
            PanelMatrix gradient = pass[place.IsUser ? _inputs.UserGradient : _inputs.ItemGradient];
            int column = place.Column + done, width = Math.Min(_shape.Dim - done, gradient.Width - (column % gradient.Width));
            sums.AddAt(
                places, owners, gradient.From(0, column), gradient.Width, _slots[slot].IsMean && !rows.IsSingle ? rows.Scales : [], done, width);
            done += width;
        }

        if (_hasWide)
        {
            ReadOnlySpan<float> logits = place.IsUser && pass.Groups.IsShared ? _groupLogitGradients : pass.LogitGradients;
            sums.AddAt(places, owners, logits, _shape.Heads, [], _shape.Dim, _shape.Heads);
        }
    }

    private readonly struct SlotInput(Slot slot, int table)
    {
        public int Table { get; } = table;

        public bool IsMean { get; } = slot.Pooling == Pooling.Mean;

        private int Full { get; } = slot.Admission.Full;

        private int Incremental { get; } = slot.Admission.Incremental;

        private bool IsFrozen { get; } = slot.Freeze == Freeze.Rows;

        public int Threshold(LearnPhase phase) => phase == LearnPhase.Base ? Full : Incremental;

        public bool Learns(LearnPhase phase) => phase == LearnPhase.Base || !IsFrozen;
    }
}
