using System.Text.Json;
using Freshet.Core.Snapshots;
using Freshet.Kernels.Rows;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Tests.Golden;

/// <summary>A bag of ids: duplicates, empty bags, ids that are not admitted.</summary>
internal static class BagCase
{
    /// <summary>Stands for -1: an id that never gets a row.</summary>
    public const ulong Unknown = 1_000_000;

    public static void Check(GoldenFile golden)
    {
        int dim = golden.Integer("hyper.D"), count = golden.Integer("hyper.B"), rowCount = golden.Integer("hyper.V");
        Pooling pooling = golden.Text("hyper.pooling") == "mean" ? Pooling.Mean : Pooling.Sum;
        using ModelBench bench = new(ModelBench.Scene0("fm", [ModelBench.Slot("slot", "slot", pooling: pooling)], dim));
        float[] rows = golden.Floats("params.rows");
        for (int row = 0; row < rowCount; row++)
        {
            bench.SetRow("slot", (ulong)row, rows.AsSpan(row * dim, dim));
        }

        bench.Begin(Bags(golden, bench.Scene), []);
        bench.Model.Sparse.SampleForward(bench.Pass, 0, count);
        Near.Output("y", golden.Numbers("outputs.y"), bench.Matrix(bench.Model.Inputs.Item, count));

        ModelBench.Fill(bench.Pass[bench.Model.Inputs.ItemGradient], 0, dim, golden.Floats("inputs.coef"));
        Assert.True(bench.Model.Learner.Sum(0, LearnPhase.Base, 1e9f));

        double[] expected = golden.Numbers("grads.rows");
        RowSums sums = bench.Model.Learner.SumsOf(0, 0);
        for (int row = 0; row < rowCount; row++)
        {
            // A row that no bag used has no place yet; using it now gives zeros.
            int place = sums.Use(bench.Tables["slot"].Find((ulong)row));
            Near.Gradient($"rows[{row}]", expected[(row * dim)..((row + 1) * dim)], sums[place][..dim]);
        }
    }

    private static SnapshotColumns Bags(GoldenFile golden, Scene scene)
    {
        var columns = new SnapshotColumns(scene.SnapshotSchema());
        foreach (JsonElement bag in golden.At("inputs.bags").EnumerateArray())
        {
            columns.BeginRow();
            foreach (JsonElement id in bag.EnumerateArray())
            {
                columns.AddId(id.GetInt64() < 0 ? Unknown : (ulong)id.GetInt64());
            }

            columns.EndSlot();
            columns.EndRow(0, 0);
        }

        return columns;
    }
}
