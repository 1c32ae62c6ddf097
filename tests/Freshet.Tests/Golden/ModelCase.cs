using System.Text.Json;
using Freshet.Core.Snapshots;
using Freshet.Embeddings;
using Freshet.Kernels.Rows;
using Freshet.Models;
using Freshet.Models.Batches;
using Freshet.Scenes;

namespace Freshet.Tests.Golden;

/// <summary>The whole model: h_0, logits, probabilities, losses and every gradient.</summary>
internal static class ModelCase
{
    private const string Rows = "rows";
    private const string Outputs = "(output)";

    public static void Check(GoldenFile golden, bool userSlots)
    {
        using ModelBench bench = new(SceneOf(golden, userSlots, new TrainingOptions()));
        SetParameters(golden, bench);
        LearnBatch batch = BatchOf(golden, bench, "inputs", out int[] choices);
        int count = batch.Count;

        (double loss, double auxiliary) = bench.Model.Backward(batch, LearnPhase.Base, choices);

        CheckOutputs(golden, bench, count);
        Near.Output("loss", golden.Number("loss"), loss);
        Near.Output("aux_loss", golden.Number("outputs.aux_loss"), auxiliary);
        Near.Output("main_loss", golden.Number("outputs.main_loss"), loss - (golden.Number("hyper.beta") * auxiliary));
        foreach (JsonProperty parameter in golden.At("grads").EnumerateObject())
        {
            double[] expected = golden.Numbers("grads|" + parameter.Name);
            float[] actual = parameter.Name switch
            {
                "rows" => RowGradients(bench, Rows, expected.Length / bench.Model.Shape.Dim, 0, bench.Model.Shape.Dim),
                "wide" => RowGradients(bench, Rows, golden.Integer("hyper.V"), bench.Model.Shape.Dim, bench.Model.Shape.Heads),
                "out_rows" => RowGradients(bench, Outputs, expected.Length / bench.Model.Shape.Dim, 0, bench.Model.Shape.Dim),
                "dense" => DenseGradients(bench, count),
                _ => bench.Gradient(parameter.Name),
            };
            Near.Gradient(parameter.Name, expected, [.. actual.Select(value => value / count)]);
        }
    }

    public static Scene SceneOf(GoldenFile golden, bool userSlots, TrainingOptions training)
    {
        int slots = golden.Integer("hyper.S"), itemSlot = golden.Integer("hyper.item_slot"), behaviours = golden.Integer("hyper.behaviours");
        string[] pooling = [.. golden.At("hyper.pooling").EnumerateArray().Select(value => value.GetString()!)];
        string[] tasks = [.. golden.At("hyper.tasks").EnumerateArray().Select(value => value.GetString()!)];
        int[] parents = golden.Integers("hyper.parent");
        double[] omega = golden.Numbers("hyper.omega");
        return new Scene
        {
            Name = "golden",
            Behaviours = [.. tasks.Select((task, t) => new Behaviour { Name = task, EventType = task, Parent = parents[t], LossWeight = omega[t] })],
            Slots = [.. Enumerable.Range(0, slots).Select(s => ModelBench.Slot(
                "slot" + s, Rows, isUser: userSlots && s != itemSlot && s % 2 == 1, pooling[s] == "mean" ? Pooling.Mean : Pooling.Sum))],
            Dense = [.. Enumerable.Range(0, golden.Integer("hyper.M")).Select(i => new DenseFeature
            {
                Name = "dense" + i,
                Source = new NumericSource { Kind = userSlots && i == 1 ? NumericKind.DayFraction : NumericKind.Closeness },
            })],
            History = new HistoryOptions
            {
                Length = golden.Integer("hyper.L"),
                ItemSlot = itemSlot,
                Behaviours = [.. Enumerable.Range(0, Math.Max(1, behaviours))],
            },
            Model = new ModelOptions
            {
                Name = "esmm-dfm-dmr",
                Dim = golden.Integer("hyper.D"),
                Layers = golden.Integers("hyper.sizes"),
                PositionBias = false,
                Attention = new AttentionOptions
                {
                    Hidden = golden.Integer("hyper.A"),
                    Activation = Enum.Parse<AttentionActivation>(golden.Text("hyper.act"), ignoreCase: true),
                    Behaviours = behaviours > 0,
                    Negatives = golden.Integer("hyper.K"),
                    AuxiliaryWeight = golden.Number("hyper.beta"),
                    Positions = golden.Text("hyper.aux_positions") == "keep" ? AuxiliaryPositions.Keep : AuxiliaryPositions.Renumber,
                },
            },
            Training = training,
        };
    }

    public static void SetParameters(GoldenFile golden, ModelBench bench)
    {
        ModelShape shape = bench.Model.Shape;
        float[] rows = golden.Floats("params|rows"), outputs = golden.Floats("params|out_rows"), wide = golden.Floats("params|wide");
        EmbeddingTable table = bench.Tables[Rows];
        for (int id = 0; id < rows.Length / shape.Dim; id++)
        {
            bench.SetRow(Rows, (ulong)id, rows.AsSpan(id * shape.Dim, shape.Dim));
            wide.AsSpan(id * shape.Heads, shape.Heads).CopyTo(table.WideWeights(table.Find((ulong)id)));
        }

        for (int id = 0; id < outputs.Length / shape.Dim; id++)
        {
            bench.SetRow(Outputs, (ulong)id, outputs.AsSpan(id * shape.Dim, shape.Dim));
        }

        var set = new HashSet<string>();
        foreach (JsonProperty parameter in golden.At("params").EnumerateObject())
        {
            if (parameter.Name is not ("rows" or "out_rows" or "wide"))
            {
                bench.Set(parameter.Name, golden.Floats("params|" + parameter.Name));
                set.Add(parameter.Name);
            }
        }

        Assert.Equal(set.Order(), bench.Model.Dense.Tensors.Select(tensor => tensor.Name).Order());
        bench.Model.Prepare();
    }

    /// <summary>The batch at a path, and what its auxiliary loss chooses from: rows of the output table, -1 for samples that take no part.</summary>
    public static LearnBatch BatchOf(GoldenFile golden, ModelBench bench, string path, out int[] choices)
    {
        ModelShape shape = bench.Model.Shape;
        JsonElement inputs = golden.At(path);
        int count = inputs.GetProperty("y").GetArrayLength(), width = 1 + shape.Negatives;
        var batch = new LearnBatch(bench.Scene.SnapshotSchema(), count);
        choices = new int[count * width];
        Array.Fill(choices, -1);
        for (int i = 0; i < count; i++)
        {
            int[] history = [.. inputs.GetProperty("history")[i].EnumerateArray().Select(value => value.GetInt32())];
            AddSample(golden, inputs, i, history, shape, batch);
            int[] items = [.. history.Where(item => item >= 0)];
            if (items.Length >= 2)
            {
                choices[i * width] = bench.Tables[Outputs].Find((ulong)items[0]);
                for (int k = 1; k < width; k++)
                {
                    choices[(i * width) + k] = bench.Tables[Outputs].Find((ulong)inputs.GetProperty("negatives")[i][k - 1].GetInt32());
                }
            }
        }

        return batch;
    }

    private static void AddSample(GoldenFile golden, JsonElement inputs, int i, int[] history, ModelShape shape, LearnBatch batch)
    {
        var columns = new SnapshotColumns(batch.Features.Schema);
        Span<float> dense = columns.BeginRow();
        for (int m = 0; m < dense.Length; m++)
        {
            dense[m] = inputs.GetProperty("dense")[i][m].GetSingle();
        }

        foreach (JsonElement bag in inputs.GetProperty("bags")[i].EnumerateArray())
        {
            foreach (JsonElement id in bag.EnumerateArray())
            {
                columns.AddId(id.GetInt64() < 0 ? BagCase.Unknown : (ulong)id.GetInt64());
            }

            columns.EndSlot();
        }

        for (int l = 0; l < history.Length; l++)
        {
            int behaviour = inputs.TryGetProperty("history_behaviour", out JsonElement all) ? Math.Max(0, all[i][l].GetInt32()) : 0;
            columns.AddHistory(history[l] < 0 ? BagCase.Unknown : (ulong)history[l], (byte)behaviour, 0);
        }

        columns.EndRow(0, 0);
        uint labels = 0;
        float[] weights = new float[shape.Tasks];
        for (int t = 0; t < shape.Tasks; t++)
        {
            labels |= inputs.GetProperty("y")[i][t].GetDouble() != 0 ? 1u << t : 0;
            weights[t] = inputs.GetProperty("weight")[i][t].GetSingle();
        }

        batch.Add(columns, 0, labels, [], weights);
    }

    private static void CheckOutputs(GoldenFile golden, ModelBench bench, int count)
    {
        Pass pass = bench.Pass;
        InputLayout layout = bench.Model.Shape.Layout;
        int[] rowOf = layout.MatrixRowOf();
        float[] h0 = [.. Enumerable.Range(0, count * rowOf.Length).Select(i =>
        {
            (int sample, int row) = (i / rowOf.Length, rowOf[i % rowOf.Length]);
            return row < layout.ItemTop ? pass[bench.Model.Inputs.User][sample, row] : pass[bench.Model.Inputs.Item][sample, row - layout.ItemTop];
        })];
        Near.Output("h0", golden.Numbers("outputs.h0"), h0);
        Near.Output("logits", golden.Numbers("outputs.logits"), pass.Logits[..(count * bench.Model.Shape.Heads)]);
        float[] probabilities = new float[count * bench.Model.TaskCount];
        bench.Model.Heads.Predict(pass.Logits[..(count * bench.Model.Shape.Heads)], count, probabilities);
        Near.Output("p", golden.Numbers("outputs.p"), probabilities);
    }

    private static float[] RowGradients(ModelBench bench, string table, int ids, int offset, int width)
    {
        int index = bench.Tables.Keys.ToList().IndexOf(table);
        RowSums sums = bench.Model.Learner.SumsOf(index, 0);
        float[] gradients = new float[ids * width];
        for (int id = 0; id < ids; id++)
        {
            int row = bench.Tables[table].Find((ulong)id);
            if (sums.Rows.Contains(row))
            {
                sums[sums.Use(row)].Slice(offset, width).CopyTo(gradients.AsSpan(id * width));
            }
        }

        return gradients;
    }

    private static float[] DenseGradients(ModelBench bench, int count)
    {
        InputPlace[] places = bench.Model.Shape.Layout.Dense;
        return [.. Enumerable.Range(0, count * places.Length).Select(i =>
        {
            InputPlace place = places[i % places.Length];
            return bench.Pass[place.IsUser ? bench.Model.Inputs.UserGradient : bench.Model.Inputs.ItemGradient][i / places.Length, place.Column];
        })];
    }
}
