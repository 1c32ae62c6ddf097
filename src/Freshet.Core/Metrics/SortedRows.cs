namespace Freshet.Core.Metrics;

/// <summary>One column of scores, sorted once, whose AUC under any cluster counts is one pass.</summary>
internal sealed class SortedRows
{
    // [Count] in ascending order of score: cluster << 2 | label << 1 | ends a run of equal scores.
    private readonly int[] _rows;
    private readonly bool _hasNaN;

    public SortedRows(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, ReadOnlySpan<int> clusters)
    {
        float[] keys = scores.ToArray();
        _rows = new int[keys.Length];
        for (int row = 0; row < keys.Length; row++)
        {
            _rows[row] = (clusters[row] << 2) | (labels[row] ? 2 : 0);
        }

        Array.Sort(keys, _rows);
        for (int i = 0; i < keys.Length; i++)
        {
            bool endsTie = i + 1 == keys.Length || keys[i + 1] != keys[i];
            _rows[i] |= endsTie ? 1 : 0;
        }

        _hasNaN = keys.Length > 0 && float.IsNaN(keys[0]);
    }

    public double Auc(int[] counts)
    {
        if (_hasNaN)
        {
            return double.NaN;
        }

        var pairs = new PairCount();
        foreach (int row in _rows)
        {
            pairs.Add((row & 2) != 0, counts[row >> 2], (row & 1) != 0);
        }

        return pairs.Auc;
    }
}
