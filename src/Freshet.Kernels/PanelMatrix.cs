using Freshet.Native;

namespace Freshet.Kernels;

/// <summary>A matrix in panels of 32 (or 16) columns, the one layout of weights, activations and gradients.</summary>
/// <remarks>
/// <para>
/// Element (row, column) lies at <c>Start + (column / Width)·Stride·Width + row·Width + column % Width</c>: a panel is a block of its own, and a row
/// of a panel is one or two cache lines. So every product reads and writes streams, whether a matrix stands on its left, transposed on its
/// left, or on its right; nothing is packed or copied first (Goto and van de Geijn, ACM TOMS 34 (2008),
/// https://doi.org/10.1145/1356052.1356053, pack for each product).
/// </para>
/// <para>
/// Rows are padded to a multiple of 8, columns to whole panels. Padding columns are 0 and stay 0: whoever writes a matrix keeps them so.
/// Padding rows hold anything. A view: it owns nothing, and is good as long as its buffer is and does not grow.
/// </para>
/// </remarks>
/// <param name="Buffer">Where it lies.</param>
/// <param name="Start">Float of the buffer at which it begins; a multiple of 16.</param>
/// <param name="Rows">Rows, without padding.</param>
/// <param name="Columns">Columns, without padding.</param>
/// <param name="Width">Columns of a panel: 32, or 16 for narrow matrices.</param>
public readonly record struct PanelMatrix(AlignedBuffer Buffer, long Start, int Rows, int Columns, int Width = PanelMatrix.Wide)
{
    /// <summary>Columns of a panel.</summary>
    public const int Wide = 32;

    /// <summary>Columns of a panel of a narrow matrix.</summary>
    public const int Narrow = 16;

    /// <summary>Rows are padded to a multiple of this: what a product computes at once.</summary>
    public const int RowStep = 8;

    /// <summary>Rows with padding: a panel is [Stride × Width].</summary>
    public int Stride => RoundUp(Rows, RowStep);

    /// <summary>Panels.</summary>
    public int Panels => (Columns + Width - 1) / Width;

    /// <summary>Floats it occupies.</summary>
    public long Length => (long)Panels * PanelLength;

    /// <summary>Floats of a panel.</summary>
    public int PanelLength => Stride * Width;

    /// <summary>Whether there is a matrix at all.</summary>
    public bool IsEmpty => Buffer is null || Rows == 0 || Columns == 0;

    /// <summary>One element.</summary>
    public float this[int row, int column]
    {
        get => Row(row, column, 1)[0];
        set => Row(row, column, 1)[0] = value;
    }

    /// <summary>Throws unless rows <c>[first .. first + count]</c> begin at a multiple of <see cref="RowStep"/> and are there.</summary>
    internal static void RequireRows(int first, int count, int rows)
    {
        if (first < 0 || count < 0 || first + (long)count > rows || first % RowStep != 0)
        {
            throw new ArgumentException(
                $"Lengths do not fit: rows {first} to {first + (long)count} of a matrix of {rows}, which are split at multiples of {RowStep}.");
        }
    }

    /// <summary>Floats that a matrix of this shape occupies.</summary>
    public static long Size(int rows, int columns, int width = Wide) =>
        (long)RoundUp(rows, RowStep) * RoundUp(columns, width);

    /// <summary>The least multiple of <paramref name="step"/> that is at least <paramref name="value"/>.</summary>
    public static int RoundUp(int value, int step) => (value + step - 1) / step * step;

    /// <summary>[length] elements of a row, all in one panel.</summary>
    public Span<float> Row(int row, int column, int length) => Buffer.Slice(Offset(row, column), length);

    /// <summary>[count × Width] rows of a panel.</summary>
    public Span<float> Panel(int panel, int first, int count) =>
        Buffer.Slice(Start + ((long)panel * PanelLength) + ((long)first * Width), count * Width);

    /// <summary>From element (row, column) to the end of its panel: what a strided kernel reads, Width floats from row to row.</summary>
    public Span<float> From(int row, int column) =>
        Buffer.Slice(Offset(row, column), PanelLength - (row * Width) - (column % Width));

    /// <summary>The columns from <paramref name="column"/>, where a panel begins.</summary>
    public PanelMatrix Part(int column, int columns) =>
        this with { Start = Start + ((long)(column / Width) * PanelLength), Columns = columns };

    /// <summary>Copies <paramref name="values"/> into a row from <paramref name="column"/>, over panels.</summary>
    public void Write(int row, int column, ReadOnlySpan<float> values)
    {
        while (!values.IsEmpty)
        {
            int length = Math.Min(values.Length, Width - (column % Width));
            values[..length].CopyTo(Row(row, column, length));
            values = values[length..];
            column += length;
        }
    }

    /// <summary>Copies a row from <paramref name="column"/> into <paramref name="values"/>, over panels.</summary>
    public void Read(int row, int column, Span<float> values)
    {
        while (!values.IsEmpty)
        {
            int length = Math.Min(values.Length, Width - (column % Width));
            Row(row, column, length).CopyTo(values);
            values = values[length..];
            column += length;
        }
    }

    internal unsafe float* Pointer => Buffer.Pointer + Start;

    /// <summary>Float of the buffer at which element (row, column) lies.</summary>
    public long Offset(int row, int column) => Start + ((long)(column / Width) * PanelLength) + ((long)row * Width) + (column % Width);
}
