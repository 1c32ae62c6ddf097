using Freshet.Kernels;

namespace Freshet.Embeddings;

/// <summary>The gradients of one batch in one table: one sum for each row that the batch uses, however often it does.</summary>
/// <remarks>
/// Use: <see cref="Begin"/>, then <see cref="Use"/> and add to the spans, sample by sample; at last <see cref="Step"/>. Sums run in the order
/// of use, and rows are updated in the order of first use. Buffers are kept: nothing is allocated in steady state.
/// </remarks>
public sealed class RowGradients
{
    private readonly EmbeddingTable _table;
    private readonly int _dim;
    private readonly int _tasks;

    // A sparse set: row r is in use if its mark m is below _count and _rows[m] is r. Marks are never cleared.
    private int[] _marks = [];
    private int[] _rows = new int[64];
    private float[] _vectors;
    private float[] _wide;
    private int _count;

    /// <summary>No gradients yet, for rows of <paramref name="table"/>.</summary>
    public RowGradients(EmbeddingTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        _table = table;
        _dim = table.Options.Dim;
        _tasks = table.Options.Tasks;
        _vectors = new float[_rows.Length * _dim];
        _wide = new float[_rows.Length * _tasks];
    }

    /// <summary>Forgets the last batch. The table must admit no id between this and <see cref="Step"/>.</summary>
    public void Begin()
    {
        _count = 0;
        if (_marks.Length < _table.Count)
        {
            Array.Resize(ref _marks, Math.Max(_table.Count, 2 * _marks.Length));
        }
    }

    /// <summary>The place of a row's gradients in this batch; 0 when used first.</summary>
    public int Use(int row)
    {
        int mark = _marks[row];
        if ((uint)mark < (uint)_count && _rows[mark] == row)
        {
            return mark;
        }

        if (_count == _rows.Length)
        {
            Array.Resize(ref _rows, 2 * _count);
            Array.Resize(ref _vectors, _rows.Length * _dim);
            Array.Resize(ref _wide, _rows.Length * _tasks);
        }

        mark = _count++;
        _marks[row] = mark;
        _rows[mark] = row;
        Vector(mark).Clear();
        Wide(mark).Clear();
        return mark;
    }

    /// <summary>[D] ∂loss/∂vector of the row at <paramref name="place"/>, to be added to.</summary>
    public Span<float> Vector(int place) => _vectors.AsSpan(place * _dim, _dim);

    /// <summary>[T] ∂loss/∂wide of the row at <paramref name="place"/>, to be added to.</summary>
    public Span<float> Wide(int place) => _wide.AsSpan(place * _tasks, _tasks);

    /// <summary>Whether all gradients of the batch are finite.</summary>
    public bool AllFinite() =>
        Vectors.AllFinite(_vectors.AsSpan(0, _count * _dim)) && Vectors.AllFinite(_wide.AsSpan(0, _count * _tasks));

    /// <summary>Updates the rows in use: vectors by Adagrad, wide weights by FTRL-Proximal.</summary>
    /// <param name="learningRate">Adagrad's step size.</param>
    /// <param name="epsilon">Adagrad's ε.</param>
    /// <param name="wide">FTRL's settings.</param>
    public void Step(float learningRate, float epsilon, FtrlSettings wide)
    {
        for (int place = 0; place < _count; place++)
        {
            int row = _rows[place];
            if (_dim > 0)
            {
                Adagrad.Step(_table.Vector(row), _table.Accumulators(row), Vector(place), learningRate, 0, epsilon);
            }

            if (_tasks > 0)
            {
                Ftrl.Step(_table.WideWeights(row), _table.WideZ(row), _table.WideN(row), Wide(place), wide);
            }
        }
    }
}
