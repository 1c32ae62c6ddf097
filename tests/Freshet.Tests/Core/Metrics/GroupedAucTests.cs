using CsCheck;
using Freshet.Core.Metrics;

namespace Freshet.Tests.Core.Metrics;

public sealed class GroupedAucTests
{
    [Fact]
    public void Groups_weigh_by_their_rows()
    {
        // Group 7: 1 of 1 pair in order, 2 rows. Group 9: 0 of 2 pairs in order, 3 rows. Group 8: one class, no part in it.
        float[] scores = [0.9f, 0.1f, 0.5f, 0.2f, 0.3f, 0.8f];
        bool[] labels = [true, false, false, true, false, true];
        ulong[] groups = [7, 7, 9, 9, 9, 8];

        Assert.Equal(2.0 / 5, GroupedAuc.Of(scores, labels, groups), 12);
    }

    [Fact]
    public void Knowing_which_group_clicks_more_is_not_rewarded()
    {
        float[] scores = [0.9f, 0.9f, 0.1f, 0.1f];
        bool[] labels = [true, false, true, false];

        Assert.Equal(0.5, GroupedAuc.Of(scores, labels, [1, 1, 2, 2]));
    }

    [Fact]
    public void Without_a_group_of_both_classes_it_is_NaN() =>
        Assert.True(double.IsNaN(GroupedAuc.Of([0.1f, 0.2f], [true, false], [1, 2])));

    [Fact]
    public void It_equals_the_average_of_the_groups_AUC() => ScoredRows.Gen.Sample(rows =>
    {
        double sum = 0;
        int count = 0;
        foreach (ulong group in rows.Groups.Distinct())
        {
            ScoredRows members = rows.Take(Enumerable.Range(0, rows.Groups.Length).Where(i => rows.Groups[i] == group));
            if (members.AucOfAllPairs() is double auc and not double.NaN)
            {
                sum += auc * members.Scores.Length;
                count += members.Scores.Length;
            }
        }

        double gauc = GroupedAuc.Of(rows.Scores, rows.Labels, rows.Groups);
        return count == 0 ? double.IsNaN(gauc) : Math.Abs(gauc - (sum / count)) < 1e-12;
    });

    [Fact]
    public void One_group_of_all_rows_gives_the_AUC() => ScoredRows.Gen.Sample(rows =>
    {
        double auc = Auc.Of(rows.Scores, rows.Labels);
        double gauc = GroupedAuc.Of(rows.Scores, rows.Labels, new ulong[rows.Scores.Length]);
        return double.IsNaN(auc) ? double.IsNaN(gauc) : Math.Abs(auc - gauc) < 1e-12;
    });
}
