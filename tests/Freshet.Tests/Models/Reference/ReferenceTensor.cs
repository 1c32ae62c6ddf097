namespace Freshet.Tests.Models.Reference;

/// <summary>A matrix of doubles, row-major, or a vector of one row.</summary>
internal sealed record ReferenceTensor(int Rows, int Columns, double[] Values)
{
    /// <summary><c>y = W x</c>.</summary>
    public double[] Times(double[] x)
    {
        Assert.Equal(Columns, x.Length);
        double[] y = new double[Rows];
        for (int row = 0; row < Rows; row++)
        {
            y[row] = Dot(Values.AsSpan(row * Columns, Columns), x);
        }

        return y;
    }

    /// <summary><c>xᵀ y</c>.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length && i < right.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    /// <summary>A row of it.</summary>
    public double[] Row(int row) => Values[(row * Columns)..((row + 1) * Columns)];
}
