namespace Freshet.Core.Metrics;

/// <summary>GAUC: AUC inside each group (a request, a user), averaged by the groups' rows.</summary>
/// <remarks>
/// GAUC = Σ n_g·AUC_g ÷ Σ n_g over the groups that have both classes (Zhu et al., "Optimized cost per click in Taobao
/// display advertising", 2017, https://arxiv.org/abs/1703.02091, with rows as weights). It does not reward knowing which
/// groups click more. Groups are summed in ascending order of key, so the order of the rows changes no bit.
/// </remarks>
public static class GroupedAuc
{
    /// <summary>GAUC of <paramref name="scores"/>, in [0, 1].</summary>
    /// <param name="scores">[Count] any increasing function of the probability.</param>
    /// <param name="labels">[Count].</param>
    /// <param name="groups">[Count] key of each row's group.</param>
    /// <returns>NaN where no group has both classes; a group with a NaN score makes it NaN too.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, ReadOnlySpan<ulong> groups)
    {
        double sum = 0;
        long rows = 0;
        foreach (Group group in Groups(scores, labels, groups))
        {
            sum += group.Rows.Length * group.Auc;
            rows += group.Rows.Length;
        }

        return sum / rows;
    }

    /// <summary>The groups that have both classes, in ascending order of key.</summary>
    internal static List<Group> Groups(
        ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, ReadOnlySpan<ulong> groups)
    {
        Lengths.MustBeEqual(scores.Length, labels.Length, nameof(labels));
        Lengths.MustBeEqual(scores.Length, groups.Length, nameof(groups));
        var keys = new (ulong Group, float Score)[scores.Length];
        int[] order = new int[scores.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = (groups[i], scores[i]);
            order[i] = i;
        }

        Array.Sort(keys, order);
        var found = new List<Group>();
        for (int start = 0, end; start < keys.Length; start = end)
        {
            end = start + 1;
            while (end < keys.Length && keys[end].Group == keys[start].Group)
            {
                end++;
            }

            ReadOnlyMemory<int> rows = order.AsMemory(start..end);
            if (HasBothClasses(labels, rows.Span))
            {
                found.Add(new Group(rows, OfRows(scores, labels, rows.Span)));
            }
        }

        return found;
    }

    private static bool HasBothClasses(ReadOnlySpan<bool> labels, ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
        {
            if (labels[row] != labels[rows[0]])
            {
                return true;
            }
        }

        return false;
    }

    private static double OfRows(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, ReadOnlySpan<int> rows)
    {
        if (float.IsNaN(scores[rows[0]])) // NaN sorts first
        {
            return double.NaN;
        }

        var pairs = new PairCount();
        for (int i = 0; i < rows.Length; i++)
        {
            bool endsTie = i + 1 == rows.Length || scores[rows[i + 1]] != scores[rows[i]];
            pairs.Add(labels[rows[i]], weight: 1, endsTie);
        }

        return pairs.Auc;
    }

    /// <summary>The rows of one group, in ascending order of score, and its AUC.</summary>
    internal readonly record struct Group(ReadOnlyMemory<int> Rows, double Auc);
}
