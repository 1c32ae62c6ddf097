using Freshet.Embeddings;
using Freshet.Kernels;
using Freshet.Kernels.Rows;
using Freshet.Models.Batches;
using Freshet.Models.Blocks;
using Freshet.Models.Parameters;
using Freshet.Native.Memory;

namespace Freshet.Models.Inputs;

/// <summary>From rows to h_0 and the wide logits; the way back is that of <see cref="RowLearner"/>.</summary>
internal sealed class SparseInput : Block
{
    private readonly ModelShape _shape;
    private readonly DenseParameters _parameters;
    private readonly ModelInputs _inputs;
    private readonly SparseTables _tables;
    private readonly RowLearner _learner;
    private readonly DenseRange _wideBiases;

    public SparseInput(ModelShape shape, DenseParameters parameters, ModelInputs inputs, SparseTables tables, RowLearner learner)
    {
        (_shape, _parameters, _inputs) = (shape, parameters, inputs);
        (_tables, _learner) = (tables, learner);
        _wideBiases = parameters.Vector(shape.Blocks.Wide ? shape.Heads : 0);
        if (shape.Blocks.Wide)
        {
            parameters.Name("wide_bias", _wideBiases, shape.Heads, 0);
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
            if (_shape.Blocks.Wide)
            {
                Kernels.Vectors.Add(logits, _parameters.Weights(_wideBiases)[..heads]);
            }
        }

        Gather(pass, isUser: false, first, count, pass.Logits);
        if (_tables.Bias >= 0)
        {
            RowGather.Add(
                _tables[_tables.Bias].Wide, pass.BiasRows.AsSpan(first, count), pass.Identity.Slice(first, count), 0, heads, pass.Logits, heads);
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
            Span<float> sum = _learner.GroupLogitGradients.Slice(group * heads, heads);
            sum.Clear();
            for (int sample = pass.Groups.Starts[group]; sample < pass.Groups.Starts[group + 1]; sample++)
            {
                Kernels.Vectors.Add(sum, pass.LogitGradients.Slice(sample * heads, heads));
            }
        }
    }

    public override int GradientPieces => _shape.Blocks.Wide ? 1 : 0;

    public override void Gradient(Pass pass, int piece)
    {
        Span<float> gradient = _parameters.Gradients(_wideBiases);
        gradient.Clear();
        for (int sample = 0; sample < pass.SampleCount; sample++)
        {
            Kernels.Vectors.Add(gradient[.._shape.Heads], pass.LogitGradients.Slice(sample * _shape.Heads, _shape.Heads));
        }
    }

    /// <summary>Reads the rows of some histories into a matrix; zeros for rows of nothing.</summary>
    public void GatherHistory(Pass pass, int start, int length, in PanelMatrix destination) =>
        GatherRows(_tables.Of(_shape.ItemSlot), pass.History.Rows.Slice(start, length), start, destination);

    /// <summary>Reads the output rows of some samples' items into a matrix.</summary>
    public void GatherOutputs(Pass pass, int first, int count, in PanelMatrix destination) =>
        GatherRows(_tables[_tables.Output], pass.OutputRows.AsSpan(first, count), first, destination);

    /// <summary>Reads the output rows that some groups choose from into a matrix.</summary>
    public void GatherChoices(Pass pass, int first, int count, in PanelMatrix destination)
    {
        int start = pass.Choices.FirstRow(first);
        GatherRows(_tables[_tables.Output], pass.Choices.Rows.Slice(start, count * pass.Choices.Width), start, destination);
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

    private void Gather(Pass pass, bool isUser, int first, int count, Span<float> logits)
    {
        PanelMatrix matrix = pass[isUser ? _inputs.User : _inputs.Item];
        for (int slot = 0; slot < _tables.Slots.Length; slot++)
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

            if (_shape.Blocks.Wide)
            {
                RowGather.Add(_tables.Of(slot).Wide, indices, owners, 0, _shape.Heads, logits, _shape.Heads);
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
        RowBlocks vectors = _tables.Of(slot).Vectors;
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
        if (_tables.Slots[slot].IsMean)
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
}
