namespace Freshet.Kernels;

/// <summary>
/// The left side of a layer: X·W where the columns of X come in one or two pieces, or where a part of the sum is already there.
/// </summary>
/// <remarks>
/// The sum runs along the columns of the first piece, then of the second: it has the same bits whether the first piece was multiplied here, row
/// by row, or once for all the rows that share it (<see cref="Begun"/>).
/// </remarks>
public readonly ref struct LayerInput
{
    private LayerInput(PanelMatrix first, PanelMatrix second, int secondTop, PanelMatrix begun, ReadOnlySpan<int> begunRows)
    {
        First = first;
        Second = second;
        SecondTop = secondTop;
        Begun = begun;
        BegunRows = begunRows;
    }

    /// <summary>[M × K1]; none where <see cref="Begun"/> stands for it.</summary>
    public PanelMatrix First { get; }

    /// <summary>[M × K2]; none where the input is of one piece.</summary>
    public PanelMatrix Second { get; }

    /// <summary>Row of W at which the second piece begins.</summary>
    public int SecondTop { get; }

    /// <summary>[G × N] products of the first piece.</summary>
    public PanelMatrix Begun { get; }

    /// <summary>[M] row of <see cref="Begun"/> that each row starts from.</summary>
    public ReadOnlySpan<int> BegunRows { get; }

    /// <summary>An input of one piece.</summary>
    public static LayerInput Of(PanelMatrix input) => new(input, default, 0, default, []);

    /// <summary>An input of two pieces.</summary>
    public static LayerInput Of(PanelMatrix first, PanelMatrix second, int secondTop) => new(first, second, secondTop, default, []);

    /// <summary>An input whose first piece is already multiplied, once for all rows that share it.</summary>
    public static LayerInput From(PanelMatrix begun, ReadOnlySpan<int> begunRows, PanelMatrix second, int secondTop) =>
        new(default, second, secondTop, begun, begunRows);
}
