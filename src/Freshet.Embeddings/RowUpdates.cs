using Freshet.Kernels.Rows;

namespace Freshet.Embeddings;

/// <summary>The gradients of one batch in one table, dealt to several threads by row, and the step that follows from them.</summary>
/// <remarks>
/// <para>
/// Use: <see cref="Begin"/> on one thread; then each thread, with a part of its own, <see cref="Add"/> and <see cref="AddWide"/>, and
/// <see cref="Step"/>. Part p of P has the rows whose number is p modulo P: no two threads touch one row, and the bits of the result are
/// the same for every P. The table must admit no id between <see cref="Begin"/> and <see cref="Step"/>.
/// </para>
/// <para>A sum is [D + T]: gradient of the vector, then of the wide weights. Nothing is allocated in steady state. Native memory: dispose of it.</para>
/// </remarks>
public sealed class RowUpdates : IDisposable
{
    /// <summary>The most parts that rows are dealt to.</summary>
    public const int MostParts = 16;

    private readonly EmbeddingTable _table;
    private readonly RowSums[] _parts;
    private readonly int _dim;
    private readonly int _tasks;

    /// <summary>No gradients yet, for rows of <paramref name="table"/>.</summary>
    /// <param name="table">The table that learns.</param>
    /// <param name="parts">Threads that rows are dealt to, a power of two, at most <see cref="MostParts"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="parts"/> is no power of two, or too many.</exception>
    public RowUpdates(EmbeddingTable table, int parts = 1)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parts, MostParts);
        _table = table;
        (_dim, _tasks) = (table.Options.Dim, table.Options.Tasks);
        _parts = new RowSums[parts];
        for (int part = 0; part < parts; part++)
        {
            _parts[part] = new RowSums(_dim + _tasks, part, parts);
        }
    }

    /// <summary>Parts that rows are dealt to.</summary>
    public int Parts => _parts.Length;

    /// <summary>The sums of one part: [D + T] each.</summary>
    public RowSums this[int part] => _parts[part];

    /// <summary>Forgets the last batch. On one thread, after the batch's ids were admitted.</summary>
    public void Begin()
    {
        foreach (RowSums sums in _parts)
        {
            sums.Begin(_table.Count);
        }
    }

    /// <summary>Adds gradients of vectors; see <see cref="RowSums.Add"/>.</summary>
    /// <param name="part">Part of the calling thread.</param>
    /// <param name="rows">[Count] rows in order of their occurrence; −1 for none. All parts are given the same.</param>
    /// <param name="owners">[Count] sample of each occurrence, or empty: occurrence j is in sample j.</param>
    /// <param name="gradients">∂loss/∂pooled vector, one row of D floats a sample.</param>
    /// <param name="stride">Floats from one sample to the next.</param>
    /// <param name="scales">A factor for each sample (1 ÷ length where bags are averaged), or empty for 1.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Add(
        int part, ReadOnlySpan<int> rows, ReadOnlySpan<int> owners, ReadOnlySpan<float> gradients, int stride, ReadOnlySpan<float> scales) =>
        _parts[part].Add(rows, owners, gradients, stride, scales, 0, _dim);

    /// <summary>Adds gradients of wide weights, which are those of the logits.</summary>
    /// <param name="part">Part of the calling thread.</param>
    /// <param name="rows">[Count] rows in order of their occurrence; −1 for none. All parts are given the same.</param>
    /// <param name="owners">[Count] sample of each occurrence, or empty: occurrence j is in sample j.</param>
    /// <param name="gradients">∂loss/∂logit, one row of T floats a sample.</param>
    /// <param name="stride">Floats from one sample to the next.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void AddWide(int part, ReadOnlySpan<int> rows, ReadOnlySpan<int> owners, ReadOnlySpan<float> gradients, int stride) =>
        _parts[part].Add(rows, owners, gradients, stride, [], _dim, _tasks);

    /// <summary>Whether all sums of all parts are below <paramref name="limit"/> in size. Infinity asks whether all are finite.</summary>
    public bool AllBelow(float limit)
    {
        foreach (RowSums sums in _parts)
        {
            if (!sums.AllBelow(limit))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Updates the rows of one part, each once: vectors by the table's optimiser, wide weights by FTRL-Proximal; and marks them as
    /// changed.
    /// </summary>
    /// <param name="part">Part of the calling thread.</param>
    /// <param name="learning">Settings.</param>
    /// <param name="l1Factors">What multiplies λ1 (and λ_G) of each row of <c>this[part].Rows</c>: dynamic L1; or empty for 1.</param>
    /// <exception cref="ArgumentException"><paramref name="l1Factors"/> has another length.</exception>
    public void Step(int part, RowLearning learning, ReadOnlySpan<float> l1Factors = default)
    {
        ArgumentNullException.ThrowIfNull(learning);
        RowSums sums = _parts[part];
        float scale = learning.GradientScale;
        _table.History?.Save(part, sums.Rows);
        _table.MarkChanged(sums.Rows);
        if (_dim > 0)
        {
            switch (_table.Options.Optimizer)
            {
                case RowOptimizer.RowwiseAdagrad:
                    RowStep.RowwiseAdagrad(_table.Vectors, _table.State, sums.Rows, sums.Sums, sums.Stride, 0, scale, learning.Adagrad);
                    break;
                case RowOptimizer.GroupFtrl:
                    RowStep.GroupFtrl(
                        _table.Vectors, _table.State, sums.Rows, sums.Sums, sums.Stride, 0, scale, _table.Options.GroupFtrl, l1Factors);
                    break;
                default:
                    RowStep.Adagrad(_table.Vectors, _table.State, sums.Rows, sums.Sums, sums.Stride, 0, scale, learning.Adagrad);
                    break;
            }
        }

        if (_tasks > 0)
        {
            RowStep.Ftrl(_table.Wide, sums.Rows, sums.Sums, sums.Stride, _dim, scale, learning.Wide, l1Factors);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RowSums sums in _parts)
        {
            sums.Dispose();
        }
    }
}
