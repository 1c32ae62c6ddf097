using Freshet.Embeddings;
using Freshet.Kernels;

namespace Freshet.Tests.Embeddings;

public sealed class RowGradientsTests
{
    [Fact]
    public void A_row_used_often_is_updated_once_with_the_sum()
    {
        using EmbeddingTable table = Table();
        int row = table.Sight(1, 1), other = table.Sight(2, 1);
        float[] expected = table.Vector(row).ToArray(), accumulators = table.Accumulators(row).ToArray();
        float[] untouched = table.Vector(other).ToArray();
        var gradients = new RowGradients(table);

        gradients.Begin();
        for (int use = 0; use < 3; use++)
        {
            Vectors.Add(gradients.Vector(gradients.Use(row)), [1, 2, 3, 4]);
        }

        gradients.Step(0.1f, 1e-8f, new FtrlSettings());

        Adagrad.Step(expected, accumulators, [3, 6, 9, 12], 0.1f, 0, 1e-8f);
        Assert.Equal(expected, table.Vector(row).ToArray());
        Assert.Equal(untouched, table.Vector(other).ToArray());
    }

    [Fact]
    public void The_next_batch_starts_from_zero()
    {
        using EmbeddingTable table = Table();
        int row = table.Sight(1, 1);
        var gradients = new RowGradients(table);
        gradients.Begin();
        gradients.Wide(gradients.Use(row)).Fill(5);
        gradients.Begin();

        Assert.Equal(new float[1], gradients.Wide(gradients.Use(row)).ToArray());
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_found()
    {
        using EmbeddingTable table = Table();
        var gradients = new RowGradients(table);
        int row = table.Sight(1, 1);
        gradients.Begin();
        gradients.Vector(gradients.Use(row))[2] = 1;
        Assert.True(gradients.AllFinite());

        gradients.Wide(gradients.Use(row))[0] = float.NaN;

        Assert.False(gradients.AllFinite());
    }

    private static EmbeddingTable Table() => new(new EmbeddingTableOptions { Name = "a", Dim = 4, Tasks = 1 });
}
