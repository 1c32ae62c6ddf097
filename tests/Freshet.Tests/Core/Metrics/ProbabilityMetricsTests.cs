using Freshet.Core.Metrics;

namespace Freshet.Tests.Core.Metrics;

public sealed class ProbabilityMetricsTests
{
    private static readonly float[] s_probabilities = [0.5f, 0.25f, 0.75f];
    private static readonly bool[] s_labels = [true, false, false];

    [Fact]
    public void Log_loss_is_the_mean_cross_entropy() =>
        Assert.Equal(-(Math.Log(0.5) + Math.Log(0.75) + Math.Log(0.25)) / 3, LogLoss.Of(s_probabilities, s_labels), 12);

    [Fact]
    public void A_certain_mistake_costs_no_more_than_the_clamp() =>
        Assert.Equal(-Math.Log(1e-7), LogLoss.Of([0f], [true]), 8);

    [Fact]
    public void Predicting_the_base_rate_has_a_normalized_entropy_of_1() =>
        Assert.Equal(1, NormalizedEntropy.Of([0.25f, 0.25f, 0.25f, 0.25f], [true, false, false, false]), 12);

    [Fact]
    public void A_missing_class_has_no_normalized_entropy() =>
        Assert.True(double.IsNaN(NormalizedEntropy.Of([0.25f], [false])));

    [Fact]
    public void Calibration_is_predicted_over_true_positives() =>
        Assert.Equal(1.5, Calibration.Of(s_probabilities, s_labels), 12);

    [Fact]
    public void Without_positives_there_is_no_calibration() =>
        Assert.True(double.IsNaN(Calibration.Of([0.25f], [false])));

    [Fact]
    public void A_NaN_probability_shows()
    {
        Assert.True(double.IsNaN(LogLoss.Of([float.NaN, 0.5f], [true, false])));
        Assert.True(double.IsNaN(NormalizedEntropy.Of([float.NaN, 0.5f], [true, false])));
        Assert.True(double.IsNaN(Calibration.Of([float.NaN, 0.5f], [true, false])));
    }

    [Fact]
    public void Without_rows_there_is_no_log_loss() => Assert.True(double.IsNaN(LogLoss.Of([], [])));
}
