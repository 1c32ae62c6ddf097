using Freshet.Experiments.Benchmarking;

namespace Freshet.Tests.Experiments.Benchmarking;

public sealed class FlopCountTests
{
    private static readonly BenchmarkOptions s_whole = new() { Model = "esmm-dfm-dmr", Candidates = 1 };

    // Towers, U2I, r, auxiliary loss, I2I, FM; times two, times three.
    [Fact]
    public void A_sample_at_the_default_sizes_takes_3_7_million_operations() =>
        Assert.Equal(6.0 * (592_000 + 14_656 + 16 + 2_160 + 14_656 + 416), FlopCount.TrainSample(s_whole));

    [Fact]
    public void One_candidate_takes_a_forward_pass_without_the_auxiliary_loss() =>
        Assert.Equal((FlopCount.TrainSample(s_whole) / 3) - (2 * 2_160), FlopCount.RankRequest(s_whole));

    [Fact]
    public void What_the_user_decides_is_counted_once_a_request()
    {
        double one = FlopCount.RankRequest(s_whole), two = FlopCount.RankRequest(s_whole with { Candidates = 2 });
        double three = FlopCount.RankRequest(s_whole with { Candidates = 3 });

        Assert.Equal(three - two, two - one);
        Assert.InRange(two - one, 0.5 * one, 0.7 * one); // half of the first layer, U2I and a product of the history fall away
    }

    [Fact]
    public void A_sample_of_a_request_learns_its_share_of_the_user_side()
    {
        double alone = FlopCount.TrainSample(s_whole), half = FlopCount.TrainSample(s_whole with { Impressions = 2 });
        double quarter = FlopCount.TrainSample(s_whole with { Impressions = 4 });

        Assert.Equal(alone - half, 2 * (half - quarter), 1e-6);
        Assert.InRange(half, 0.7 * alone, 0.85 * alone);
    }

    [Fact]
    public void Other_models_count_their_towers_alone()
    {
        Assert.Equal(6.0 * ((384 * 256 * 4) + (256 * 128 * 4) + (128 * 64 * 4) + (2 * 64)), FlopCount.TrainSample(s_whole with { Model = "esmm" }));
        Assert.Equal(0, FlopCount.TrainSample(s_whole with { Model = "lr" }));
        Assert.Equal(0, FlopCount.RankRequest(s_whole with { Model = "lr" }));
    }

    [Fact]
    public void A_layer_as_wide_as_its_inputs_has_no_projection() =>
        Assert.Equal(
            6.0 * 2 * ((32 * 32) + 32),
            FlopCount.TrainSample(new BenchmarkOptions { Model = "esmm", Slots = 8, Dim = 4, Layers = [32] }));
}
