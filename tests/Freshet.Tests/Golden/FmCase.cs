using Freshet.Core.Snapshots;
using Freshet.Models.Blocks;
using Freshet.Scenes;

namespace Freshet.Tests.Golden;

/// <summary>The FM block over slots of the item's side, or of both sides.</summary>
internal static class FmCase
{
    public static void Check(GoldenFile golden, bool userSlots)
    {
        int count = golden.Integer("hyper.B"), slots = golden.Integer("hyper.S"), dim = golden.Integer("hyper.D"), tasks = golden.Integer("hyper.T");
        Slot[] list = [.. Enumerable.Range(0, slots).Select(s => ModelBench.Slot("slot" + s, "t", isUser: userSlots && s % 2 == 1))];
        using ModelBench bench = new(ModelBench.Scene0("fm", list, dim, tasks));
        float[] v = golden.Floats("inputs.v");
        var columns = new SnapshotColumns(bench.Scene.SnapshotSchema());
        for (int i = 0; i < count; i++)
        {
            columns.BeginRow();
            for (int s = 0; s < slots; s++)
            {
                int at = (i * slots) + s;
                bench.SetRow("t", (ulong)at, v.AsSpan(at * dim, dim));
                columns.AddId((ulong)at);
                columns.EndSlot();
            }

            columns.EndRow(0, 0);
        }

        bench.Set("fm_a", golden.Floats("params.a"));
        bench.Begin(columns, []);
        FmBlock fm = bench.Block<FmBlock>();
        foreach (Block block in bench.Model.Blocks)
        {
            block.GroupForward(bench.Pass, 0, bench.Pass.Groups.Count);
        }

        foreach (Block block in bench.Model.Blocks)
        {
            block.SampleForward(bench.Pass, 0, count);
        }

        Near.Output("f", golden.Numbers("outputs.f"), bench.Matrix(fm.Factors, count));
        Near.Output("o", golden.Numbers("outputs.o"), bench.Pass.Logits[..(count * tasks)]);

        golden.Floats("inputs.coef").CopyTo(bench.Pass.LogitGradients);
        fm.SampleBackward(bench.Pass, 0, count);
        fm.GroupBackward(bench.Pass, 0, bench.Pass.Groups.Count);
        ModelBench.Run(fm, (block, piece) => block.Gradient(bench.Pass, piece), fm.GradientPieces);

        Near.Gradient("a", golden.Numbers("grads.a"), bench.Gradient("fm_a"));
        float[] gradients = new float[v.Length];
        for (int at = 0; at < count * slots; at++)
        {
            var place = bench.Model.Shape.Layout.Slots[at % slots];
            int matrix = place.IsUser ? bench.Model.Inputs.UserGradient : bench.Model.Inputs.ItemGradient;
            for (int d = 0; d < dim; d++)
            {
                gradients[(at * dim) + d] = bench.Pass[matrix][at / slots, place.Column + d];
            }
        }

        Near.Gradient("v", golden.Numbers("grads.v"), gradients);
    }
}
