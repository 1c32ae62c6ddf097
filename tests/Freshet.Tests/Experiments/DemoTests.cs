using Freshet.Experiments;
using Freshet.Experiments.Reports;

namespace Freshet.Tests.Experiments;

public sealed class DemoTests
{
    [Fact]
    public void The_closed_loop_ranks_labels_and_judges_what_it_showed()
    {
        string folder = Directory.CreateTempSubdirectory("freshet-demo-").FullName;
        try
        {
            using var demo = new Demo(
                SmallPlatform.Scene, SmallPlatform.Options, SmallPlatform.Loop(folder, "daily,2h"), TimeProvider.System);
            ReplayReport report = demo.Run();

            Assert.NotNull(report.Online);
            Assert.Equal(report.Arms[0].Tasks[0].Impressions, report.Online.Arms.Sum(arm => arm.Impressions));
            Assert.Equal(report.Arms[0].Tasks[0].Positives, report.Online.Arms.Sum(arm => arm.Clicks));
            Assert.Equal("2h", Assert.Single(report.Online.Differences).Arm);
            Assert.True(
                report.Labels.WindowOnlyAccuracy < report.Labels.Accuracy,
                $"window {report.Labels.WindowOnlyAccuracy}, cumulative {report.Labels.Accuracy}");
            Assert.Equal(0, report.UnscoredImpressions);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
