using Freshet.Core;

namespace Freshet.Models.Batches;

/// <summary>What the auxiliary loss chooses from: for each group the item that was most recent, then K negatives.</summary>
/// <remarks>
/// Negatives are drawn from the items that the batch shows, so they follow what is popular now; draws depend on the seed, the step and the group's
/// first sample alone. A group takes part if it has at least two items, the most recent of them with an output row; it counts once for each of its
/// samples.
/// </remarks>
internal sealed class Choices
{
    private int[] _rows = [];
    private bool[] _takes = [];
    private int[] _pool = [];
    private int _groups;

    /// <summary>1 + K.</summary>
    public int Width { get; private set; }

    /// <summary>Samples that take part.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there is nothing to learn.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>What multiplies the gradients of one sample: β times samples, for the mean over samples that comes later, by samples that take part.</summary>
    public float Scale { get; private set; }

    /// <summary>[groups × (1 + K)] rows of the output table; -1 for groups that take no part.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, _groups * Width);

    /// <summary>Whether a group takes part.</summary>
    public bool Takes(int group) => _takes[group];

    /// <summary>First row of a group.</summary>
    public int FirstRow(int group) => group * Width;

    /// <summary>No group takes part.</summary>
    public void Clear()
    {
        Count = 0;
        _groups = 0;
    }

    /// <summary>Draws the choices of a batch.</summary>
    /// <param name="groups">Groups of samples.</param>
    /// <param name="negatives">K.</param>
    /// <param name="weight">β.</param>
    /// <param name="positives">[groups] output row of the most recent item; -1 for a group that takes no part.</param>
    /// <param name="shown">Output rows of the items that the batch shows; -1 = none.</param>
    /// <param name="seed">Of this step.</param>
    public void Draw(
        RequestGroups groups, int negatives, float weight, ReadOnlySpan<int> positives, ReadOnlySpan<int> shown, ulong seed)
    {
        int pool = FillPool(shown);
        MakeRoom(groups.Count, 1 + negatives);
        Count = 0;
        for (int group = 0; group < groups.Count; group++)
        {
            Span<int> rows = _rows.AsSpan(group * Width, Width);
            _takes[group] = positives[group] >= 0 && pool > 0;
            if (!_takes[group])
            {
                rows.Fill(-1);
                continue;
            }

            Count += groups.SizeOf(group);
            rows[0] = positives[group];
            var random = SplitMix64.Stream(seed, (ulong)groups.Starts[group]);
            for (int k = 1; k < Width; k++)
            {
                rows[k] = _pool[random.NextBelow(pool)];
            }
        }

        Finish(groups.SampleCount, weight);
    }

    /// <summary>Takes choices that are given: what a fixture does in place of drawing.</summary>
    public void Set(RequestGroups groups, int negatives, float weight, ReadOnlySpan<int> rows)
    {
        MakeRoom(groups.Count, 1 + negatives);
        rows.CopyTo(_rows);
        Count = 0;
        for (int group = 0; group < groups.Count; group++)
        {
            _takes[group] = rows[group * Width] >= 0;
            Count += _takes[group] ? groups.SizeOf(group) : 0;
        }

        Finish(groups.SampleCount, weight);
    }

    private void Finish(int samples, float weight) => Scale = Count == 0 ? 0 : weight * samples / Count;

    private int FillPool(ReadOnlySpan<int> shown)
    {
        ModelWorkspace.Grow(ref _pool, shown.Length);
        int count = 0;
        foreach (int row in shown)
        {
            if (row >= 0)
            {
                _pool[count++] = row;
            }
        }

        return count;
    }

    private void MakeRoom(int groups, int width)
    {
        (_groups, Width) = (groups, width);
        ModelWorkspace.Grow(ref _rows, groups * width);
        ModelWorkspace.Grow(ref _takes, groups);
    }
}
