using Freshet.Kernels;

namespace Freshet.Tests.Kernels;

public sealed class ResidualProductTests
{
    public static TheoryData<int, int, string> Shapes => new()
    {
        { 5, 6, "projection" }, { 33, 40, "projection" }, { 40, 40, "identity" }, { 70, 64, "plain" }, { 9, 1, "plain" }, { 1, 16, "projection" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_layer_is_its_formula(int inputs, int outputs, string kind)
    {
        const int Rows = 19;
        var random = new Random(inputs + outputs);
        bool projects = kind == "projection";
        int padded = PanelMatrix.RoundUp(outputs, PanelMatrix.Wide);
        PanelMatrix x = Panels.Random(random, Rows, inputs), matrix = Weights(random, inputs, outputs, projects);
        PanelMatrix z = Panels.Empty(Rows, padded), y = Panels.Empty(Rows, padded), dy = Panels.Empty(Rows, padded);
        PanelMatrix products = Panels.Empty(Rows, ResidualProduct.Columns(outputs, projects));
        float[] bias = new float[padded];
        for (int i = 0; i < outputs; i++)
        {
            bias[i] = random.NextSingle() - 0.5f;
        }

        ResidualProduct.Forward(LayerInput.Of(x), matrix, projects, bias, kind == "identity" ? x : default, 0, Rows, z, y);

        for (int row = 0; row < Rows; row++)
        {
            for (int output = 0; output < outputs; output++)
            {
                float pre = Sum(x, matrix, row, ResidualProduct.Column(output, projects), inputs) + bias[output];
                float residual = projects ? Sum(x, matrix, row, ResidualProduct.Column(output, projects) + 16, inputs)
                    : kind == "identity" ? x[row, output] : 0;
                float active = pre > 0 ? pre : 0;
                Assert.Equal(pre, z[row, output]);
                Assert.Equal(kind == "plain" ? active : active + residual, y[row, output]);
                dy[row, output] = random.NextSingle() - 0.5f;
            }
        }

        ResidualProduct.Gate(z, dy, projects, 0, Rows, products);
        float[] biasGradient = new float[padded];
        for (int panel = 0; panel < products.Panels; panel++)
        {
            ResidualProduct.BiasGradient(products, projects, panel, Rows, biasGradient);
        }

        for (int output = 0; output < outputs; output++)
        {
            float sum = 0;
            for (int row = 0; row < Rows; row++)
            {
                int column = ResidualProduct.Column(output, projects);
                float gated = z[row, output] > 0 ? dy[row, output] : 0;
                Assert.Equal(gated, products[row, column]);
                Assert.Equal(projects ? dy[row, output] : gated, products[row, projects ? column + 16 : column]);
                sum += gated;
            }

            Assert.Equal(sum, biasGradient[output]);
        }
    }

    [Fact]
    public void The_part_that_rows_share_gives_the_same_bits_multiplied_once_or_row_by_row()
    {
        const int Rows = 21, User = 37, Item = 50, Outputs = 40;
        var random = new Random(3);
        int top = PanelMatrix.RoundUp(User, PanelMatrix.RowStep), padded = PanelMatrix.RoundUp(Outputs, PanelMatrix.Wide);
        int[] groupOf = [.. Enumerable.Range(0, Rows).Select(row => row / 5)];
        PanelMatrix groups = Panels.Random(random, 5, User), matrix = Weights(random, top + Item, Outputs, projects: true);
        PanelMatrix user = Panels.Empty(Rows, User), item = Panels.Random(random, Rows, Item), begun = Panels.Empty(5, matrix.Columns);
        PanelVectors.CopyRows(groups, groupOf, user, 0);
        PanelMatrix apart = Panels.Empty(Rows, padded), shared = Panels.Empty(Rows, padded);
        float[] bias = new float[padded];

        ResidualProduct.Forward(LayerInput.Of(user, item, top), matrix, true, bias, default, 0, Rows, default, apart);
        PanelProduct.Multiply(groups, matrix, 0, 0, 5, accumulate: false, begun);
        ResidualProduct.Forward(LayerInput.From(begun, groupOf, item, top), matrix, true, bias, default, 0, Rows, default, shared);

        Assert.Equal(apart.ToArray(), shared.ToArray());
    }

    private static PanelMatrix Weights(Random random, int inputs, int outputs, bool projects)
    {
        PanelMatrix matrix = Panels.Empty(inputs, ResidualProduct.Columns(outputs, projects));
        for (int input = 0; input < inputs; input++)
        {
            for (int output = 0; output < outputs; output++)
            {
                matrix[input, ResidualProduct.Column(output, projects)] = random.NextSingle() - 0.5f;
                if (projects)
                {
                    matrix[input, ResidualProduct.Column(output, projects) + 16] = random.NextSingle() - 0.5f;
                }
            }
        }

        return matrix;
    }

    private static float Sum(PanelMatrix x, PanelMatrix matrix, int row, int column, int inputs)
    {
        float sum = 0;
        for (int k = 0; k < inputs; k++)
        {
            sum = MathF.FusedMultiplyAdd(x[row, k], matrix[k, column], sum);
        }

        return sum;
    }
}
