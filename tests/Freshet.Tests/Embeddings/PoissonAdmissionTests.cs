using Freshet.Embeddings;
using Freshet.Kernels;

namespace Freshet.Tests.Embeddings;

public sealed class PoissonAdmissionTests
{
    private const int Ids = 100_000;
    private const int Threshold = 5;

    /// <summary>The n-th sighting admits P_n·∏(1 − P_i) of the ids. 16.27 is what χ² with 3 degrees of freedom exceeds once in a thousand.</summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.6)]
    public void As_many_are_admitted_as_the_formula_says(double left)
    {
        using EmbeddingTable table = Table();
        int[] admitted = new int[4];
        for (ulong id = 0; id < Ids; id++)
        {
            for (int n = 1; n <= 3 && table.Find(id) < 0; n++)
            {
                admitted[table.SightPoisson(id, Threshold, left) >= 0 ? n - 1 : 3] += n == 3 || table.Find(id) >= 0 ? 1 : 0;
            }
        }

        double square = 0, waiting = Ids;
        for (int n = 1; n <= 4; n++)
        {
            double expected = n == 4 ? waiting : waiting * PoissonTail.AtLeast(n * left, Threshold - n);
            square += (admitted[n - 1] - expected) * (admitted[n - 1] - expected) / expected;
            waiting -= expected;
        }

        Assert.Equal(Ids, admitted.Sum());
        Assert.InRange(square, 0, 16.27);
    }

    [Fact]
    public void A_draw_depends_on_nothing_but_the_id_and_its_sighting()
    {
        using EmbeddingTable up = Table(), down = Table();
        for (ulong id = 0; id < 2000; id++)
        {
            up.SightPoisson(id, Threshold, 1);
            up.SightPoisson(id, Threshold, 1);
            down.SightPoisson(1999 - id, Threshold, 1);
        }

        for (ulong id = 0; id < 2000; id++)
        {
            down.SightPoisson(id, Threshold, 1);
        }

        Assert.InRange(up.Count, 1, 1999);
        Assert.Equal(EmbeddingTableFileTests.Bytes(up), EmbeddingTableFileTests.Bytes(down));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-9)]
    public void Without_a_future_it_is_hard_admission(double left)
    {
        using EmbeddingTable poisson = Table(), hard = Table();
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            ulong id = (ulong)random.Next(6000);
            Assert.Equal(hard.Sight(id, Threshold), poisson.SightPoisson(id, Threshold, left));
        }
    }

    /// <summary>With a stream that is as even as the rule believes, it admits nearly those that reach the threshold in the end.</summary>
    [Fact]
    public void It_agrees_with_the_threshold_that_knows_the_end()
    {
        using EmbeddingTable table = Table();
        var random = new Random(5);
        int[] sightings = new int[3000];
        double[] rates = [.. sightings.Select(_ => Math.Pow(random.NextDouble(), 4))];
        const int Rounds = 200;
        for (int round = 1; round <= Rounds; round++)
        {
            for (int id = 0; id < rates.Length; id++)
            {
                if (random.NextDouble() < rates[id] * 0.5)
                {
                    sightings[id]++;
                    table.SightPoisson((ulong)id, 20, (Rounds - round) / (double)round);
                }
            }
        }

        int often = 0, agree = 0;
        for (int id = 0; id < sightings.Length; id++)
        {
            bool reaches = sightings[id] >= 20, has = table.Find((ulong)id) >= 0;
            Assert.True(has || !reaches);
            often += reaches ? 1 : 0;
            agree += reaches == has ? 1 : 0;
        }

        Assert.InRange(often, 500, 2500);
        Assert.True(agree > 0.75 * sightings.Length, $"{agree} of {sightings.Length}");
    }

    private static EmbeddingTable Table() => new(new EmbeddingTableOptions { Name = "a", Dim = 0, Tasks = 1, Seed = 3 });
}
