using Freshet.Core.Scenes;
using Freshet.Core.Snapshots;
using Freshet.Embeddings;
using Freshet.Models;
using Freshet.Tests.Models;

namespace Freshet.Tests.Golden;

public sealed class BlockGoldenTests
{
    [Theory]
    [InlineData("linear_relu", "x")]
    [InlineData("residual_identity", "h")]
    [InlineData("residual_projection", "h")]
    public void A_residual_layer_is_that_of_the_reference(string name, string inputName)
    {
        var golden = new GoldenFile(name);
        float[] input = golden.Floats("inputs." + inputName), weights = golden.Floats("params.W");
        int outputs = golden.Floats("params.b").Length, inputs = weights.Length / outputs, count = input.Length / inputs;
        var parameters = new DenseParameters();
        using var layer = new ResidualLayer(parameters, inputs, outputs, towers: 1, isShared: true);
        float[] projection = name == "residual_projection" ? golden.Floats("params.P") : new float[weights.Length];
        int columns = layer.Projects ? 2 * outputs : outputs;
        for (int i = 0; i < inputs * columns; i++)
        {
            (int row, int column) = (i / columns, i % columns);
            layer.Row(0, row)[column] = column < outputs
                ? weights[(column * inputs) + row]
                : projection[((column - outputs) * inputs) + row];
        }

        golden.Floats("params.b").CopyTo(parameters.Weights(layer.Biases));
        layer.Pack();
        float[] products = new float[count * columns], output = new float[count * outputs], inputGradient = new float[input.Length];

        layer.Forward(input, count, products, output);
        layer.Backward(input, count, products, golden.Floats("inputs.coef"), inputGradient);

        Near.Output(golden.Numbers("outputs.y"), output);
        Near.Gradient(golden.Numbers("grads." + inputName), inputGradient);
        Near.Gradient(golden.Numbers("grads.b"), parameters.Gradients(layer.Biases));
        float[] gradients = parameters.Gradients(layer.Matrices).ToArray();
        Near.Gradient(golden.Numbers("grads.W"), Transposed(gradients, inputs, columns, 0, outputs));
        if (name == "residual_projection")
        {
            Near.Gradient(golden.Numbers("grads.P"), Transposed(gradients, inputs, columns, outputs, outputs));
        }
    }

    [Theory]
    [InlineData("bag_sum", Pooling.Sum)]
    [InlineData("bag_mean", Pooling.Mean)]
    public void A_bag_is_pooled_as_in_the_reference(string name, Pooling pooling)
    {
        var golden = new GoldenFile(name);
        int dim = golden.Integer("hyper.D"), count = golden.Integer("hyper.B"), rowCount = golden.Integer("hyper.V");
        Scene scene = TestScene.Create("esmm", slots: 1, dense: 0, dim: dim, positionBias: false);
        scene = scene with { Slots = [scene.Slots[0] with { Pooling = pooling }] };
        using var sparse = new SparseInput(new ModelShape(scene));
        EmbeddingTable table = sparse.Tables[0];
        float[] rows = golden.Floats("params.rows");
        for (int row = 0; row < rowCount; row++)
        {
            rows.AsSpan(row * dim, dim).CopyTo(table.Vector(table.Admit((ulong)row)));
        }

        SnapshotColumns columns = Bags(golden, scene);
        var learn = new LearnWorkspace();
        learn.MakeRoom(new ModelShape(scene), count);
        sparse.Find(columns, 0, count, useReferenceBias: false, learn.Forward);
        golden.Floats("inputs.coef").CopyTo(learn.InputGradients.AsSpan());

        sparse.Forward(columns, 0, count, learn.Forward);
        sparse.Backward(columns, LearnPhase.Base, learn);

        Near.Output(golden.Numbers("outputs.y"), learn.Forward.Inputs.AsSpan(0, count * dim));
        double[] expected = golden.Numbers("grads.rows");
        for (int row = 0; row < rowCount; row++)
        {
            // A row that no bag used has no place yet; using it now gives zeros.
            ReadOnlySpan<float> gradient = sparse.Gradients[0].Vector(sparse.Gradients[0].Use(row));
            Near.Gradient(expected[(row * dim)..((row + 1) * dim)], gradient);
        }
    }

    [Fact]
    public void The_fm_block_is_that_of_the_reference()
    {
        var golden = new GoldenFile("fm");
        (int count, int slots, int dim) = (golden.Integer("hyper.B"), golden.Integer("hyper.S"), golden.Integer("hyper.D"));
        var shape = new ModelShape(TestScene.Create("deepfm", slots, dense: 0, dim: dim, tasks: golden.Integer("hyper.T")));
        var parameters = new DenseParameters();
        var fm = new FmBlock(shape, parameters);
        golden.Floats("params.a").CopyTo(parameters.Weights(fm.Weights));
        var learn = new LearnWorkspace();
        learn.MakeRoom(shape, count);
        golden.Floats("inputs.v").CopyTo(learn.Forward.Inputs.AsSpan());
        golden.Floats("inputs.coef").CopyTo(learn.LogitGradients.AsSpan());

        fm.Forward(count, learn.Forward);
        fm.Backward(count, learn.Forward, learn);

        Near.Output(golden.Numbers("outputs.f"), learn.Forward.Factors.AsSpan(0, count * dim));
        Near.Output(golden.Numbers("outputs.o"), learn.Forward.Logits.AsSpan(0, count * shape.Tasks));
        Near.Gradient(golden.Numbers("grads.a"), parameters.Gradients(fm.Weights));
        Near.Gradient(golden.Numbers("grads.v"), learn.InputGradients.AsSpan(0, count * slots * dim));
    }

    private static SnapshotColumns Bags(GoldenFile golden, Scene scene)
    {
        var columns = new SnapshotColumns(new SnapshotSchema(scene));
        foreach (var bag in golden.At("inputs.bags").EnumerateArray())
        {
            columns.BeginRow();
            foreach (var id in bag.EnumerateArray())
            {
                columns.AddId((ulong)id.GetInt64());
            }

            columns.EndSlot();
            columns.EndRow(0, 0);
        }

        return columns;
    }

    private static float[] Transposed(float[] matrix, int rows, int stride, int firstColumn, int columns) =>
        [.. Enumerable.Range(0, columns * rows).Select(i => matrix[(i % rows * stride) + firstColumn + (i / rows)])];
}
