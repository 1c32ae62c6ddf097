using System.Text.Json;
using Freshet.Embeddings;
using Freshet.Models;
using Freshet.Models.Parameters;
using Freshet.Scenes;

namespace Freshet.Tests.Golden;

/// <summary>Training steps of the whole model: losses, parameters and optimiser state.</summary>
internal static class TrainingCase
{
    public static void Check(GoldenFile golden)
    {
        using ModelBench bench = new(ModelCase.SceneOf(golden, userSlots: false, Settings(golden)));
        ModelCase.SetParameters(golden, bench);
        SetState(golden, bench);
        double[] losses = golden.Numbers("losses");
        int steps = golden.At("batches").EnumerateObject().Count();
        for (int step = 0; step < steps; step++)
        {
            LearnBatch batch = ModelCase.BatchOf(golden, bench, $"batches|{step}", out int[] choices);
            (double loss, double auxiliary) = bench.Model.Learn(batch, LearnPhase.Base, choices);

            Assert.Equal(losses[3 * step], loss, 1e-5);
            Assert.Equal(losses[(3 * step) + 2], auxiliary, 1e-5);
        }

        LearnBatch first = ModelCase.BatchOf(golden, bench, "batches|0", out int[] firstChoices);
        Assert.Equal(losses[3 * steps], bench.Model.Backward(first, LearnPhase.Base, firstChoices).Loss, 1e-5);
        foreach (JsonProperty parameter in golden.At("final_params").EnumerateObject())
        {
            double[] expected = golden.Numbers("final_params|" + parameter.Name);
            float[] actual = parameter.Name is "rows" or "out_rows" or "wide"
                ? RowsOf(bench, parameter.Name, (table, row) => parameter.Name == "wide" ? table.WideWeights(row) : table.Vector(row))
                : bench.Weights(parameter.Name);
            Near.Trained(parameter.Name, expected, actual);
            if (parameter.Name == "wide")
            {
                Near.Zeros(parameter.Name, expected, actual);
            }
        }

        foreach (JsonProperty state in golden.At("final_state").EnumerateObject())
        {
            Near.Trained(state.Name, golden.Numbers("final_state|" + state.Name), StateOf(bench, state.Name));
        }
    }

    private static TrainingOptions Settings(GoldenFile golden)
    {
        var training = new TrainingOptions
        {
            SparseGradient = SparseGradient.Mean,
            DenseLearningRate = golden.Number("optimisers.dense.lr"),
            DenseBeta1 = golden.Number("optimisers.dense.beta1"),
            DenseBeta2 = golden.Number("optimisers.dense.beta2"),
            DenseEpsilon = golden.Number("optimisers.dense.eps"),
            WideAlpha = golden.Number("optimisers.wide.alpha"),
            WideBeta = golden.Number("optimisers.wide.beta"),
            WideL1 = golden.Number("optimisers.wide.lambda1"),
            WideL2 = golden.Number("optimisers.wide.lambda2"),
        };
        return golden.Has("optimisers|rows|lr")
            ? training with
            {
                RowLearningRate = golden.Number("optimisers.rows.lr"),
                RowInitialAccumulator = golden.Number("optimisers.rows.initial_accumulator"),
            }
            : training with
            {
                RowOptimizer = RowOptimizer.GroupFtrl,
                RowAlpha = golden.Number("optimisers.rows.alpha"),
                RowBeta = golden.Number("optimisers.rows.beta"),
                RowL1 = golden.Number("optimisers.rows.lambda1"),
                RowGroupL1 = golden.Number("optimisers.rows.lambda_group"),
                RowL2 = golden.Number("optimisers.rows.lambda2"),
            };
    }

    private static void SetState(GoldenFile golden, ModelBench bench)
    {
        foreach (JsonProperty state in golden.At("initial_state").EnumerateObject())
        {
            float[] values = golden.Floats("initial_state|" + state.Name);
            (EmbeddingTable table, int width, Func<int, Memory> part) = PartOf(bench, state.Name);
            for (int id = 0; id < values.Length / width; id++)
            {
                part(table.Find((ulong)id)).Write(values.AsSpan(id * width, width));
            }
        }
    }

    private static float[] StateOf(ModelBench bench, string name)
    {
        string parameter = name[..name.LastIndexOf('.')], kind = name[(name.LastIndexOf('.') + 1)..];
        if (parameter is not ("rows" or "out_rows" or "wide"))
        {
            DenseTensor tensor = bench.Model.Dense.Find(parameter);
            float[] values = new float[tensor.Count];
            tensor.Read(bench.Model.Dense, kind == "m" ? 1 : 2, values);
            return values;
        }

        (EmbeddingTable table, int width, Func<int, Memory> part) = PartOf(bench, name);
        float[] state = new float[table.Count * width];
        for (int id = 0; id < table.Count; id++)
        {
            part(table.Find((ulong)id)).Read(state.AsSpan(id * width, width));
        }

        return state;
    }

    private static float[] RowsOf(ModelBench bench, string name, Part part)
    {
        EmbeddingTable table = bench.Tables[name == "out_rows" ? "(output)" : "rows"];
        var values = new List<float>();
        for (int id = 0; id < table.Count; id++)
        {
            values.AddRange(part(table, table.Find((ulong)id)));
        }

        return [.. values];
    }

    // State of a row's vector: [n], or [z | n]; that of its wide weights: [w | z | n].
    private static (EmbeddingTable Table, int Width, Func<int, Memory> Part) PartOf(ModelBench bench, string name)
    {
        string parameter = name[..name.LastIndexOf('.')], kind = name[(name.LastIndexOf('.') + 1)..];
        EmbeddingTable table = bench.Tables[parameter == "out_rows" ? "(output)" : "rows"];
        int dim = bench.Model.Shape.Dim, heads = bench.Model.Shape.Heads;
        if (parameter == "wide")
        {
            int start = kind == "z" ? heads : 2 * heads;
            return (table, heads, row => new Memory(table.Wide.Row(row), start));
        }

        bool isFtrl = table.State.Stride == 2 * dim;
        return (table, dim, row => new Memory(table.State.Row(row), isFtrl && kind == "n" ? dim : 0));
    }

    private delegate Span<float> Part(EmbeddingTable table, int row);

    // A span cannot be returned by a Func; this holds where it is.
    private sealed class Memory
    {
        private readonly float[] _copy;
        private readonly unsafe float* _start;

        public unsafe Memory(Span<float> row, int start)
        {
            _copy = [];
            fixed (float* first = row)
            {
                _start = first + start;
            }
        }

        public unsafe void Write(ReadOnlySpan<float> values) => values.CopyTo(new Span<float>(_start, values.Length));

        public unsafe void Read(Span<float> values) => new ReadOnlySpan<float>(_start, values.Length).CopyTo(values);
    }
}
