using Freshet.Models.Batches;

namespace Freshet.Models.Blocks;

/// <summary>What a linear layer reads: h_0 in its two sides, or one matrix that has a row a sample.</summary>
internal sealed class InputSides
{
    private InputSides(ModelInputs inputs, int userColumns, int itemTop, int itemColumns, int[] rowOf, IReadOnlyList<(int Row, int Count)> frozen)
    {
        Frozen = frozen;
        Inputs = inputs;
        UserColumns = userColumns;
        ItemTop = itemTop;
        ItemColumns = itemColumns;
        RowOf = rowOf;
    }

    public ModelInputs Inputs { get; }

    /// <summary>Columns of the user's side; 0 where there is none.</summary>
    public int UserColumns { get; }

    /// <summary>Row of the layer's matrix at which the item's columns begin.</summary>
    public int ItemTop { get; }

    /// <summary>Columns of the item's side.</summary>
    public int ItemColumns { get; }

    /// <summary>[inputs] row of the layer's matrix that reads each element.</summary>
    public int[] RowOf { get; }

    /// <summary>Rows of the layer's matrix that increments do not learn.</summary>
    public IReadOnlyList<(int Row, int Count)> Frozen { get; }

    /// <summary>h_0.</summary>
    public static InputSides Of(ModelInputs inputs, InputLayout layout, int dim) =>
        new(inputs, layout.UserColumns, layout.ItemTop, layout.ItemColumns, layout.MatrixRowOf(),
            [.. layout.FrozenSlots.Select(slot => ((layout.Slots[slot].IsUser ? 0 : layout.ItemTop) + layout.Slots[slot].Column, dim))]);

    /// <summary>A matrix of one network.</summary>
    public static InputSides Of(LayerOutput below) =>
        new(new ModelInputs(below.Matrix, below.Gradient), 0, 0, below.Units, [.. Enumerable.Range(0, below.Units)], []);
}
