using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Tests.Models;

public sealed class LearningRatesTests
{
    [Theory]
    [InlineData(0, 0.25f)]
    [InlineData(1, 0.5f)]
    [InlineData(3, 1f)]
    [InlineData(4, 1f)]
    public void The_warm_up_rises_in_equal_steps_to_one(long steps, float expected) =>
        Assert.Equal(expected, new LearningRates(new TrainingOptions { WarmupSteps = 4 }).FactorOf(steps));

    [Fact]
    public void Without_a_warm_up_every_step_is_whole() => Assert.Equal(1, new LearningRates(new TrainingOptions()).FactorOf(0));

    [Fact]
    public void The_warm_up_slows_Adagrad_and_leaves_Ftrl_alone()
    {
        var rates = new LearningRates(new TrainingOptions { RowLearningRate = 0.5, WideAlpha = 0.25 });

        Assert.Equal(0.125f, rates.Rows(0.25f, count: 8).Adagrad.LearningRate);
        Assert.Equal(0.25f, rates.Rows(0.25f, count: 8).Wide.Alpha);
        Assert.Equal(0.5f, rates.Rows(1, count: 8).Adagrad.LearningRate);
    }

    [Theory]
    [InlineData(SparseGradient.Sum, 1f)]
    [InlineData(SparseGradient.Mean, 0.125f)]
    public void Rows_learn_from_the_sum_or_from_the_mean(SparseGradient gradient, float expected) =>
        Assert.Equal(expected, new LearningRates(new TrainingOptions { SparseGradient = gradient }).Rows(1, count: 8).GradientScale);

    // Sums over 4 samples of norm 20 are a mean of norm 5.
    [Theory]
    [InlineData(0, 0.25)]
    [InlineData(6, 0.25)]
    [InlineData(5, 0.25)]
    [InlineData(1, 0.05)]
    public void Clipping_shortens_the_mean_gradient_to_its_limit(double clip, double expected) =>
        Assert.Equal(expected, new LearningRates(new TrainingOptions { DenseClip = clip }).ScaleOf(400, count: 4), 1e-7);

    [Theory]
    [InlineData(1e300)]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void A_rate_that_no_float_can_bear_is_refused_before_it_learns(double rate)
    {
        var error = Assert.Throws<ArgumentException>(() => new LearningRates(new TrainingOptions { DenseLearningRate = rate }));
        Assert.Contains("is above 0 and at most 100", error.Message, StringComparison.Ordinal);
    }
}
