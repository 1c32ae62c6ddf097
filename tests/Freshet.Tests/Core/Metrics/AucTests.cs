using CsCheck;
using Freshet.Core.Metrics;

namespace Freshet.Tests.Core.Metrics;

public sealed class AucTests
{
    [Fact]
    public void One_pair_in_the_wrong_order_of_four_makes_three_quarters() =>
        Assert.Equal(0.75, Auc.Of([0.1f, 0.4f, 0.35f, 0.8f], [false, false, true, true]));

    [Fact]
    public void A_tie_counts_half() =>
        Assert.Equal(0.5, Auc.Of([0.3f, 0.3f], [true, false]));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_missing_class_has_no_AUC(bool label) =>
        Assert.True(double.IsNaN(Auc.Of([0.1f, 0.2f], [label, label])));

    [Fact]
    public void Without_rows_there_is_no_AUC() => Assert.True(double.IsNaN(Auc.Of([], [])));

    [Fact]
    public void A_NaN_score_makes_it_NaN() =>
        Assert.True(double.IsNaN(Auc.Of([0.1f, float.NaN, 0.3f], [false, true, true])));

    [Fact]
    public void It_equals_the_comparison_of_all_pairs() => ScoredRows.Gen.Sample(rows =>
        Auc.Of(rows.Scores, rows.Labels).Equals(rows.AucOfAllPairs()));

    [Fact]
    public void The_order_of_the_rows_changes_no_bit() => ScoredRows.Gen.Sample(rows =>
    {
        ScoredRows reversed = rows.Take(Enumerable.Range(0, rows.Scores.Length).Reverse());
        return Auc.Of(rows.Scores, rows.Labels).Equals(Auc.Of(reversed.Scores, reversed.Labels));
    });

    [Fact]
    public void Turning_scores_around_turns_the_AUC_around() => ScoredRows.Gen.Sample(rows =>
    {
        double auc = Auc.Of(rows.Scores, rows.Labels);
        double turned = Auc.Of([.. rows.Scores.Select(score => -score)], rows.Labels);
        return double.IsNaN(auc) ? double.IsNaN(turned) : Math.Abs(auc + turned - 1) < 1e-12;
    });

    [Fact]
    public void Columns_of_two_lengths_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Auc.Of([0.1f], [true, false]));

        Assert.StartsWith(
            "'labels' has 2 rows, the other columns have 1. Give every column one value per row.",
            error.Message, StringComparison.Ordinal);
    }
}
