using Freshet.Core.Snapshots;
using Freshet.Models.Batches;
using Freshet.Models.Blocks;
using Freshet.Models.Parameters;

namespace Freshet.Tests.Golden;

/// <summary>One layer: plain, with the identity, or with a learned projection.</summary>
internal static class LayerCase
{
    public static void Check(GoldenFile golden)
    {
        string inputName = golden.Has("inputs|x") ? "x" : "h";
        float[] input = golden.Floats("inputs." + inputName), coefficients = golden.Floats("inputs.coef");
        int outputs = golden.Floats("params.b").Length, inputs = golden.Floats("params.W").Length / outputs, count = input.Length / inputs;
        var parameters = new DenseParameters();
        var plan = new WorkspacePlan();
        int below = plan.Add(Extent.Sample, inputs), belowGradient = plan.Add(Extent.Sample, inputs);
        using var layer = new HiddenLayer(parameters, plan, below, belowGradient, ["net.0"], inputs, outputs, hasResiduals: inputName == "h");
        parameters.Allocate();
        foreach (string name in (string[])["W", "b", "P"])
        {
            if (golden.Has("params|" + name))
            {
                parameters.Find("net.0." + name).Write(parameters, 0, golden.Floats("params." + name));
            }
        }

        using ModelBench bench = new(ModelBench.Scene0("lr", [ModelBench.Slot("slot", "slot")], dim: 4));
        bench.Begin(Empty(bench, count), []);
        using Pass pass = bench.Pass;
        pass.MakeRoom(bench.Model.Shape, plan);
        ModelBench.Fill(pass[below], 0, inputs, input);
        ModelBench.Fill(pass[layer.OutputGradient], 0, outputs, coefficients);
        layer.PrepareBackward(0);

        layer.SampleForward(pass, 0, count);
        layer.SampleBackward(pass, 0, count);
        for (int piece = 0; piece < layer.GradientPieces; piece++)
        {
            layer.Gradient(pass, piece);
        }

        Near.Output("y", golden.Numbers("outputs.y"), bench.Matrix(layer.Output, count, 0, outputs));
        Near.Gradient(inputName, golden.Numbers("grads." + inputName), bench.Matrix(belowGradient, count));
        foreach (string name in (string[])["W", "b", "P"])
        {
            if (golden.Has("params|" + name))
            {
                DenseTensor tensor = parameters.Find("net.0." + name);
                float[] gradient = new float[tensor.Count];
                tensor.Read(parameters, 3, gradient);
                Near.Gradient(name, golden.Numbers("grads." + name), gradient);
            }
        }
    }

    private static SnapshotColumns Empty(ModelBench bench, int count)
    {
        var columns = new SnapshotColumns(bench.Scene.SnapshotSchema());
        for (int i = 0; i < count; i++)
        {
            columns.BeginRow();
            columns.EndSlot();
            columns.EndRow(0, 0);
        }

        return columns;
    }
}
