using Freshet.Kernels;

namespace Freshet.Models.Batches;

/// <summary>The matrices that the blocks of a model need for a batch; each block adds its own when the model is built.</summary>
internal sealed class WorkspacePlan
{
    private readonly List<Entry> _entries = [];

    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>Adds a matrix; the result names it in every workspace.</summary>
    /// <param name="extent">What its rows stand for.</param>
    /// <param name="columns">Columns; 0 makes a matrix that is empty.</param>
    /// <param name="learnOnly">Whether ranking does without it.</param>
    /// <param name="width">Columns of a panel.</param>
    public int Add(Extent extent, int columns, bool learnOnly = false, int width = PanelMatrix.Wide)
    {
        _entries.Add(new Entry(extent, columns, width, learnOnly));
        return _entries.Count - 1;
    }

    /// <summary>Floats that each piece of work has for sums of its own.</summary>
    public int PartialLength { get; private set; }

    /// <summary>Adds sums of a piece of work; the result is where they begin.</summary>
    public int AddPartial(long length)
    {
        int start = PartialLength;
        PartialLength += PanelMatrix.RoundUp((int)length, PanelMatrix.Narrow);
        return start;
    }

    internal readonly record struct Entry(Extent Extent, int Columns, int Width, bool LearnOnly);
}
