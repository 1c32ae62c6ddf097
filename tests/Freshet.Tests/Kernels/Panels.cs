using Freshet.Kernels;
using Freshet.Native;

namespace Freshet.Tests.Kernels;

/// <summary>Panel matrices for tests: filled at random, their padding columns 0, their padding rows not.</summary>
internal static class Panels
{
    public static PanelMatrix Random(Random random, int rows, int columns, int width = PanelMatrix.Wide)
    {
        PanelMatrix matrix = Empty(rows, columns, width);
        for (int row = 0; row < matrix.Stride; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                matrix[row, column] = (random.NextSingle() * 2) - 1;
            }
        }

        return matrix;
    }

    public static PanelMatrix Empty(int rows, int columns, int width = PanelMatrix.Wide) =>
        new(new AlignedBuffer(PanelMatrix.Size(rows, columns, width)), 0, rows, columns, width);

    /// <summary>[rows × columns] without padding, row-major.</summary>
    public static float[] ToArray(this PanelMatrix matrix) =>
        [.. Enumerable.Range(0, matrix.Rows * matrix.Columns).Select(i => matrix[i / matrix.Columns, i % matrix.Columns])];

    /// <summary>Whether all padding columns are 0, in rows and padding rows.</summary>
    public static bool PaddingIsZero(this PanelMatrix matrix) => Enumerable.Range(0, matrix.Stride).All(
        row => Enumerable.Range(matrix.Columns, (matrix.Panels * matrix.Width) - matrix.Columns).All(column => matrix[row, column] == 0));
}
