using Freshet.Kernels.Rows;
using Freshet.Scenes;

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

    // By part and place: occurrences of the rows in use, those in samples with a positive label, and what multiplies their L1. Empty where rows have no
    // life.
    private readonly uint[][] _occurrences;
    private readonly uint[][] _positives;
    private readonly float[][] _factors;
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
        _occurrences = [.. Enumerable.Repeat(Array.Empty<uint>(), parts)];
        _positives = [.. Enumerable.Repeat(Array.Empty<uint>(), parts)];
        _factors = [.. Enumerable.Repeat(Array.Empty<float>(), parts)];
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
        for (int part = 0; part < _parts.Length; part++)
        {
            int used = Math.Min(_occurrences[part].Length, _parts[part].Rows.Length);
            _occurrences[part].AsSpan(0, used).Clear();
            _positives[part].AsSpan(0, used).Clear();
            _parts[part].Begin(_table.Count);
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
    internal void AddWide(int part, ReadOnlySpan<int> rows, ReadOnlySpan<int> owners, ReadOnlySpan<float> gradients, int stride) =>
        _parts[part].Add(rows, owners, gradients, stride, [], _dim, _tasks);

    /// <summary>Counts occurrences of rows, which <see cref="Step"/> adds to their life. Where rows have none it does nothing.</summary>
    /// <param name="part">Part of the calling thread.</param>
    /// <param name="places">[Count] places in <c>this[part]</c>; −1 for rows of other parts, and for none.</param>
    /// <param name="owners">[Count] owner of each occurrence, or empty: occurrence j is owner j's.</param>
    /// <param name="starts">[owners + 1] owner o stands for the samples from starts[o] to starts[o + 1]; or empty: for sample o.</param>
    /// <param name="isPositive">[samples] whether a sample has a positive label; empty: none has.</param>
    public void Count(int part, ReadOnlySpan<int> places, ReadOnlySpan<int> owners, ReadOnlySpan<int> starts, ReadOnlySpan<bool> isPositive)
    {
        if (_table.Options.LifeLength == 0)
        {
            return;
        }

        uint[] occurrences = Grown(ref _occurrences[part], _parts[part].Rows.Length);
        uint[] positives = Grown(ref _positives[part], _parts[part].Rows.Length);
        for (int j = 0; j < places.Length; j++)
        {
            if (places[j] >= 0)
            {
                int owner = owners.IsEmpty ? j : owners[j];
                (int first, int end) = starts.IsEmpty ? (owner, owner + 1) : (starts[owner], starts[owner + 1]);
                occurrences[places[j]] += (uint)(end - first);
                positives[places[j]] += isPositive.IsEmpty ? 0 : (uint)isPositive[first..end].Count(true);
            }
        }
    }

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
    /// changed. Occurrences that were counted are added to the rows' frequencies first, so this batch's are among them.
    /// </summary>
    /// <param name="part">Part of the calling thread.</param>
    /// <param name="learning">Settings.</param>
    /// <param name="l1Factors">What multiplies λ1 (and λ_G) of each row of <c>this[part].Rows</c>: dynamic L1; or empty for what the table's settings say.</param>
    /// <exception cref="ArgumentException"><paramref name="l1Factors"/> has another length.</exception>
    public void Step(int part, RowLearning learning, ReadOnlySpan<float> l1Factors = default)
    {
        ArgumentNullException.ThrowIfNull(learning);
        RowSums sums = _parts[part];
        float scale = learning.GradientScale;
        _table.History?.Save(part, sums.Rows);
        _table.MarkChanged(sums.Rows);
        ReadOnlySpan<float> own = Occur(part);
        l1Factors = l1Factors.IsEmpty ? own : l1Factors;
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

    private static T[] Grown<T>(ref T[] array, int count)
    {
        if (array.Length < count)
        {
            Array.Resize(ref array, Math.Max(count, 2 * array.Length));
        }

        return array;
    }

    private ReadOnlySpan<float> Occur(int part)
    {
        if (_table.Options.LifeLength == 0)
        {
            return [];
        }

        ReadOnlySpan<int> rows = _parts[part].Rows;
        uint[] occurrences = Grown(ref _occurrences[part], rows.Length), positives = Grown(ref _positives[part], rows.Length);
        for (int place = 0; place < rows.Length; place++)
        {
            _table.Life.Occur(rows[place], occurrences[place], positives[place], _table.Day);
        }

        return _table.Options.DynamicL1 is { } options ? Factors(options, part, rows) : [];
    }

    private ReadOnlySpan<float> Factors(DynamicL1Options options, int part, ReadOnlySpan<int> rows)
    {
        float[] factors = Grown(ref _factors[part], rows.Length);
        for (int place = 0; place < rows.Length; place++)
        {
            factors[place] = RarePenalty.FactorOf(options, _table.FrequencyOf(rows[place]));
        }

        return factors.AsSpan(0, rows.Length);
    }
}
