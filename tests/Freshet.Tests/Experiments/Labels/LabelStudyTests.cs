using Freshet.Experiments.Labels;
using Freshet.Experiments.Reports;

namespace Freshet.Tests.Experiments.Labels;

/// <summary>The day with sleeping phones: what a window loses, and what cumulative attribution does not.</summary>
public sealed class LabelStudyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_window_labels_about_70_percent_right_and_cumulative_attribution_at_least_97_at_every_cutoff(ulong seed)
    {
        LabelStudyReport report = LabelStudy.Run(
            new LabelStudyOptions { Seed = seed, Windows = [TimeSpan.FromHours(1)], MinAges = [TimeSpan.FromMinutes(1)] },
            TestContext.Current.CancellationToken);

        LabelArmReport window = report.Arms[0], cumulative = report.Arms[1];
        Assert.InRange(window.Accuracy, 0.66, 0.74);
        Assert.True(window.Contradictions > 100, $"Only {window.Contradictions} contradictions: phones did not sleep.");
        Assert.InRange(cumulative.LeastAccuracy, 0.97, 1);
        Assert.Equal((1.0, 0L), (cumulative.LeastOfArrived, cumulative.Contradictions));
    }

    [Fact]
    public void The_same_seed_gives_the_same_report()
    {
        var options = new LabelStudyOptions { RequestsPerDay = 200 };

        byte[] Report() => ReportJson.Write(LabelStudy.Run(options, TestContext.Current.CancellationToken));

        Assert.Equal(Report(), Report());
    }

    /// <summary>The study holds cumulative samples against a joiner that got the same events backwards; here against the plain reference.</summary>
    [Fact]
    public void At_every_cutoff_the_samples_are_those_of_the_reference_over_what_had_arrived() => ArrivedDay.AssertSameAsReference(requests: 60);
}
