namespace Freshet.Models.Parameters;

/// <summary>A parameter by its name: [Rows × Columns], row-major, wherever its elements lie in memory.</summary>
/// <param name="Name">As in docs/models.md.</param>
/// <param name="Rows">Rows; 1 for a vector.</param>
/// <param name="Columns">Columns.</param>
/// <param name="At">Float at which element (row, column) lies.</param>
/// <param name="Bound">Initial values are uniform in ±bound around <paramref name="Start"/>.</param>
/// <param name="Start">Middle of the initial values.</param>
internal sealed record DenseTensor(string Name, int Rows, int Columns, Func<int, int, long> At, float Bound, float Start)
{
    /// <summary>Elements.</summary>
    public int Count => Rows * Columns;

    /// <summary>Copies all elements, row-major; <paramref name="kind"/> as in <see cref="DenseParameters.Element"/>.</summary>
    public void Read(DenseParameters parameters, int kind, Span<float> destination)
    {
        for (int i = 0; i < Count; i++)
        {
            destination[i] = parameters.Element(kind, At(i / Columns, i % Columns));
        }
    }

    /// <summary>Overwrites all elements, row-major; <paramref name="kind"/> as in <see cref="DenseParameters.Element"/>.</summary>
    public void Write(DenseParameters parameters, int kind, ReadOnlySpan<float> source)
    {
        for (int i = 0; i < Count; i++)
        {
            parameters.Element(kind, At(i / Columns, i % Columns)) = source[i];
        }
    }
}
