using Freshet.Core.Snapshots;
using Freshet.Models.Batches;
using Freshet.Models.Blocks;
using Freshet.Scenes;

namespace Freshet.Tests.Golden;

/// <summary>Deep match to rank, block by block: every item of every history is an id of its own.</summary>
internal static class AttentionCase
{
    private const string Items = "item";
    private const string Outputs = "(output)";

    public static void CheckUserToItem(GoldenFile golden)
    {
        (int count, int dim) = (golden.Integer("hyper.B"), golden.Integer("hyper.D"));
        using ModelBench bench = Create(golden);
        bench.Begin(Histories(golden, bench), []);
        UserToItem block = bench.Block<UserToItem>();
        Forward(bench, block);
        InputLayout layout = bench.Model.Shape.Layout;

        Near.Output("u", golden.Numbers("outputs.u"), bench.Matrix(bench.Model.Inputs.User, count, layout.UserVector, dim));
        Near.Output("r", golden.Numbers("outputs.r"), bench.Matrix(bench.Model.Inputs.Item, count, layout.Match, 1));
        CheckWeights(golden, bench, block.MainWeights);

        ModelBench.Fill(bench.Pass[bench.Model.Inputs.UserGradient], layout.UserVector, dim, golden.Floats("inputs.coef_u"));
        ModelBench.Fill(bench.Pass[bench.Model.Inputs.ItemGradient], layout.Match, 1, golden.Floats("inputs.coef_r"));
        Backward(bench, block);

        CheckParameters(golden, bench, "u2i", 1);
        CheckItems(golden, bench, 1);
        Near.Gradient("v_out", golden.Numbers("grads.v_out"), bench.Matrix(block.Matched, count));
    }

    public static void CheckAuxiliary(GoldenFile golden)
    {
        int count = golden.Integer("hyper.B"), dim = golden.Integer("hyper.D"), negatives = golden.Integer("hyper.K");
        using ModelBench bench = Create(golden);
        float[] positive = golden.Floats("inputs.v_pos"), negative = golden.Floats("inputs.v_neg");
        int[] choices = new int[count * (1 + negatives)];
        for (int i = 0; i < choices.Length; i++)
        {
            (int sample, int k) = (i / (1 + negatives), i % (1 + negatives));
            bench.SetRow(Outputs, (ulong)(1000 + i), k == 0
                ? positive.AsSpan(sample * dim, dim)
                : negative.AsSpan(((sample * negatives) + k - 1) * dim, dim));
            bool takes = golden.Numbers("inputs.mask").Skip(sample * golden.Integer("hyper.L")).Take(golden.Integer("hyper.L")).Sum() >= 2;
            choices[i] = takes ? bench.Tables[Outputs].Find((ulong)(1000 + i)) : -1;
        }

        bench.Begin(Histories(golden, bench), choices);
        UserToItem block = bench.Block<UserToItem>();
        Forward(bench, block);

        Near.Output("loss", golden.Number("loss"), bench.Pass.ChoiceLoss());

        Backward(bench, block);
        float scale = 1f / count;
        CheckParameters(golden, bench, "u2i", scale);
        CheckItems(golden, bench, scale);
        float[] gradients = [.. bench.Matrix(block.ChoiceRows, choices.Length).Select(value => value * scale)];
        double[] expectedPositive = golden.Numbers("grads.v_pos"), expectedNegative = golden.Numbers("grads.v_neg");
        for (int i = 0; i < choices.Length; i++)
        {
            (int sample, int k) = (i / (1 + negatives), i % (1 + negatives));
            int at = k == 0 ? sample * dim : ((sample * negatives) + k - 1) * dim;
            double[] expected = (k == 0 ? expectedPositive : expectedNegative)[at..(at + dim)];

            // A sample that takes no part has no gradient; nobody reads its rows.
            float[] actual = choices[i] < 0 ? new float[dim] : gradients[(i * dim)..((i + 1) * dim)];
            Near.Gradient($"v[{sample}][{k}]", expected, actual);
        }
    }

    public static void CheckItemToItem(GoldenFile golden)
    {
        (int count, int dim) = (golden.Integer("hyper.B"), golden.Integer("hyper.D"));
        using ModelBench bench = Create(golden);
        bench.Begin(Histories(golden, bench), []);
        ItemToItem block = bench.Block<ItemToItem>();
        Forward(bench, block);
        InputLayout layout = bench.Model.Shape.Layout;

        Near.Output("r", golden.Numbers("outputs.r"), bench.Matrix(bench.Model.Inputs.Item, count, layout.InterestSum, 1));
        Near.Output("u", golden.Numbers("outputs.u"), bench.Matrix(bench.Model.Inputs.Item, count, layout.Interest, dim));

        ModelBench.Fill(bench.Pass[bench.Model.Inputs.ItemGradient], layout.Interest, dim, golden.Floats("inputs.coef_u"));
        ModelBench.Fill(bench.Pass[bench.Model.Inputs.ItemGradient], layout.InterestSum, 1, golden.Floats("inputs.coef_r"));
        Backward(bench, block);
        block.SampleFinish(bench.Pass, 0, count);

        CheckParameters(golden, bench, "i2i", 1);
        CheckItems(golden, bench, 1);
        int target = layout.Slots[0].Column;
        Near.Gradient("e_c", golden.Numbers("grads.e_c"), bench.Matrix(bench.Model.Inputs.ItemGradient, count, target, dim));
    }

    private static ModelBench Create(GoldenFile golden)
    {
        int length = golden.Integer("hyper.L"), count = golden.Integer("hyper.B");
        bool behaviours = golden.Has("inputs|c");
        var history = new HistoryOptions { Length = length, ItemSlot = 0, Behaviours = [.. Enumerable.Range(0, behaviours ? count * length : 1)] };
        var options = new ModelOptions
        {
            Layers = [4],
            Attention = new AttentionOptions
            {
                Hidden = golden.Integer("hyper.A"),
                Activation = golden.Has("hyper|act") ? ActivationOf(golden.Text("hyper.act")) : AttentionActivation.Tanh,
                Behaviours = behaviours,
                Negatives = golden.Has("hyper|K") ? golden.Integer("hyper.K") : 0,
                AuxiliaryWeight = 1,
                Positions = golden.Has("hyper|positions") && golden.Text("hyper.positions") == "keep"
                    ? AuxiliaryPositions.Keep
                    : AuxiliaryPositions.Renumber,
            },
        };
        ModelBench bench = new(ModelBench.Scene0(
            "esmm-dfm-dmr", [ModelBench.Slot(Items, Items)], golden.Integer("hyper.D"), history: history,
            historyBehaviours: behaviours ? count * length : 1, options: options));
        foreach (string side in (string[])["u2i", "i2i"])
        {
            foreach (string name in (string[])["W_p", "W_e", "W_c", "b", "z", "W_u", "b_u", "slope"])
            {
                if (golden.Has("params|" + name) && bench.Model.Dense.Tensors.Any(tensor => tensor.Name == $"{side}.{name}"))
                {
                    bench.Set($"{side}.{name}", golden.Floats("params." + name));
                }
            }
        }

        bench.Set("pos", golden.Floats("params.pos"));
        return bench;
    }

    // W_c is that of behaviours in user-to-item; there the fixtures give c as vectors, one an item.
    private static SnapshotColumns Histories(GoldenFile golden, ModelBench bench)
    {
        int count = golden.Integer("hyper.B"), length = golden.Integer("hyper.L"), dim = golden.Integer("hyper.D");
        float[] e = golden.Floats("inputs.e"), mask = golden.Floats("inputs.mask");
        if (golden.Has("inputs|c"))
        {
            bench.Set("behaviour", golden.Floats("inputs.c"));
        }

        var columns = new SnapshotColumns(bench.Scene.SnapshotSchema());
        for (int sample = 0; sample < count; sample++)
        {
            ulong target = (ulong)(500 + sample);
            bench.SetRow(Items, target, golden.Has("inputs|e_c") ? golden.Floats("inputs.e_c").AsSpan(sample * dim, dim) : new float[dim]);
            if (golden.Has("inputs|v_out"))
            {
                bench.SetRow(Outputs, target, golden.Floats("inputs.v_out").AsSpan(sample * dim, dim));
            }

            columns.BeginRow();
            columns.AddId(target);
            columns.EndSlot();
            for (int l = 0; l < length; l++)
            {
                int at = (sample * length) + l;
                bool isThere = mask[at] != 0;
                if (isThere)
                {
                    bench.SetRow(Items, (ulong)at, e.AsSpan(at * dim, dim));
                }

                columns.AddHistory(isThere ? (ulong)at : BagCase.Unknown, (byte)(golden.Has("inputs|c") ? at : 0), 0);
            }

            columns.EndRow(0, 0);
        }

        return columns;
    }

    private static void Forward(ModelBench bench, Block block)
    {
        int count = bench.Pass.SampleCount;
        bench.Model.Sparse.GroupForward(bench.Pass, 0, bench.Pass.Groups.Count);
        bench.Block<HistoryProjection>().GroupForward(bench.Pass, 0, bench.Pass.Groups.Count);
        block.GroupForward(bench.Pass, 0, bench.Pass.Groups.Count);
        bench.Model.Sparse.SampleForward(bench.Pass, 0, count);
        block.SampleForward(bench.Pass, 0, count);
        foreach (Block each in bench.Model.Blocks)
        {
            ModelBench.Run(each, (b, piece) => b.PrepareBackward(piece), each.BackwardPieces);
        }
    }

    private static void Backward(ModelBench bench, Block block)
    {
        HistoryProjection history = bench.Block<HistoryProjection>();
        block.GroupBackward(bench.Pass, 0, bench.Pass.Groups.Count);
        history.GroupBackward(bench.Pass, 0, bench.Pass.Groups.Count);
        foreach (Block each in (Block[])[block, history])
        {
            ModelBench.Run(each, (b, piece) => b.Gradient(bench.Pass, piece), each.GradientPieces);
        }
    }

    private static void CheckWeights(GoldenFile golden, ModelBench bench, int matrix)
    {
        int length = golden.Integer("hyper.L");
        double[] alpha = golden.Numbers("outputs.alpha");
        for (int sample = 0; sample < bench.Pass.SampleCount; sample++)
        {
            float[] actual = new float[length];
            ReadOnlySpan<int> places = bench.Pass.History.Places(sample);
            for (int i = 0; i < places.Length; i++)
            {
                actual[places[i]] = bench.Pass[matrix][sample, i];
            }

            Near.Output($"alpha[{sample}]", alpha[(sample * length)..((sample + 1) * length)], actual);
        }
    }

    private static void CheckParameters(GoldenFile golden, ModelBench bench, string side, float scale)
    {
        foreach (string name in (string[])["W_p", "W_e", "W_c", "b", "z", "W_u", "b_u", "slope"])
        {
            if (golden.Has("grads|" + name))
            {
                Near.Gradient(name, golden.Numbers("grads." + name), [.. bench.Gradient($"{side}.{name}").Select(value => value * scale)]);
            }
        }

        Near.Gradient("pos", golden.Numbers("grads.pos"), [.. bench.Gradient("pos").Select(value => value * scale)]);
        if (golden.Has("grads|c"))
        {
            Near.Gradient("c", golden.Numbers("grads.c"), [.. bench.Gradient("behaviour").Select(value => value * scale)]);
        }
    }

    private static void CheckItems(GoldenFile golden, ModelBench bench, float scale)
    {
        int length = golden.Integer("hyper.L"), dim = golden.Integer("hyper.D");
        float[] actual = new float[bench.Pass.SampleCount * length * dim];
        int matrix = bench.Block<HistoryProjection>().RowGradient;
        for (int sample = 0; sample < bench.Pass.SampleCount; sample++)
        {
            ReadOnlySpan<int> places = bench.Pass.History.Places(sample);
            for (int i = 0; i < places.Length; i++)
            {
                for (int d = 0; d < dim; d++)
                {
                    actual[(((sample * length) + places[i]) * dim) + d] = scale * bench.Pass[matrix][bench.Pass.History.Starts[sample] + i, d];
                }
            }
        }

        Near.Gradient("e", golden.Numbers("grads.e"), actual);
    }

    private static AttentionActivation ActivationOf(string name) => name switch
    {
        "tanh" => AttentionActivation.Tanh,
        "relu" => AttentionActivation.Relu,
        "prelu" => AttentionActivation.PRelu,
        "identity" => AttentionActivation.Identity,
        _ => throw new InvalidDataException($"No engine has the activation '{name}'."),
    };
}
