using Freshet.Core.Versions;
using Freshet.Scenes;
using Freshet.Training.Gates;

namespace Freshet.Tests.Training.Gates;

public sealed class GateJudgeTests
{
    private const long Quarter = 900_000;
    private static readonly Scene s_scene = TinyScene.Of();

    [Theory]
    [InlineData(19, GateVerdict.Insufficient)]
    [InlineData(20, GateVerdict.Refused)]
    public void A_log_loss_of_few_positives_is_not_compared(long positives, GateVerdict verdict) =>
        Assert.Equal(verdict, Find(GateNames.LogLoss, Window(0, 1_000, positives, predicted: positives, loss: 110, live: 100), []).Verdict);

    [Theory]
    [InlineData(100, 100, GateVerdict.Insufficient)] // 99.9 % of 100 positives: 70 to 138
    [InlineData(1_000, 1_000, GateVerdict.Pass)]
    [InlineData(1_000, 2_000, GateVerdict.Refused)]
    [InlineData(1_000, 500, GateVerdict.Refused)]
    [InlineData(0, 2, GateVerdict.Insufficient)]
    public void Calibration_is_judged_by_the_interval_of_the_positives(long positives, double predicted, GateVerdict verdict) =>
        Assert.Equal(verdict, Find(GateNames.Pcoc, Window(0, 5_000, positives, predicted), []).Verdict);

    [Theory]
    [InlineData(19, 2, GateVerdict.Insufficient)]
    [InlineData(20, 2, GateVerdict.Refused)]
    [InlineData(2, 20, GateVerdict.Refused)]
    public void The_surprise_of_few_positives_seen_and_expected_is_not_judged(long positives, double predicted, GateVerdict verdict) => Assert.Equal(
        verdict, Find(GateNames.Surprise, Window(0, 1_000, positives, predicted, loss: 130), [Window(-1, 1_000, 50, 50)]).Verdict);

    [Fact]
    public void Without_windows_before_traffic_is_neither_passed_nor_refused() => Assert.All(
        new GateJudge(s_scene).Traffic(Window(0, 5_000, 0, 0), []), result => Assert.Equal(GateVerdict.Insufficient, result.Verdict));

    [Fact]
    public void An_empty_window_is_never_refused()
    {
        WindowStatistics[] before = [.. Enumerable.Range(-8, 8).Select(i => Window(i, 1_000, 100, 100))];

        Assert.DoesNotContain(new GateJudge(s_scene).Traffic(Window(0, 0, 0, 0), before), result => result.Verdict == GateVerdict.Refused);
    }

    private static GateResult Find(string gate, WindowStatistics newest, WindowStatistics[] before) =>
        new GateJudge(s_scene).Predictions(newest, before).First(result => result.Name == gate);

    private static WindowStatistics Window(int index, int count, long positives, double predicted, double loss = 100, double live = 100) => new(
        index * Quarter, (index + 1) * Quarter, count,
        [.. s_scene.Behaviours.Select(_ => new TaskStatistics
        {
            Positives = positives, FinalPositives = positives, Predicted = predicted, Loss = loss, ExpectedLoss = 100, LossVariance = 1,
            LiveLoss = live, DifferenceSquares = (loss - live) * (loss - live) / Math.Max(1, count),
        })],
        IsScored: true);
}
