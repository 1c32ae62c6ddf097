using Freshet.Kernels;

namespace Freshet.Tests.Golden;

/// <summary>Steps of one optimiser on given gradients: weights and state after each.</summary>
internal static class OptimizerCase
{
    public static void Check(GoldenFile golden)
    {
        float[] w = golden.Floats("initial.w");
        int steps = golden.At("steps").GetArrayLength();
        if (golden.Has("hyper|beta1"))
        {
            AdamSteps(golden, w, steps);
        }
        else if (golden.Has("hyper|lambda_group"))
        {
            GroupFtrlRows(golden, w, steps);
        }
        else if (golden.Has("hyper|alpha"))
        {
            FtrlWeights(golden, w, steps);
        }
        else if (golden.Numbers("initial.n").Length == w.Length)
        {
            AdagradRows(golden, w, steps);
        }
        else
        {
            RowwiseAdagradRows(golden, w, steps);
        }
    }

    // Gradients eight times as large and an eighth as scale: scaling is part of what is tested, and exact.
    private static void AdamSteps(GoldenFile golden, float[] w, int steps)
    {
        var settings = new AdamSettings(
            golden.Number("hyper.lr"), golden.Number("hyper.beta1"), golden.Number("hyper.beta2"), golden.Number("hyper.eps"));
        float[] m = golden.Floats("initial.m"), v = golden.Floats("initial.v");
        for (int step = 0; step < steps; step++)
        {
            float[] gradients = [.. Gradients(golden, step).Select(gradient => gradient * 8)];
            Adam.Step(w, m, v, gradients, 1f / 8, step + 1, settings);
            Check(golden, step, w, ("m", m), ("v", v));
        }
    }

    private static void AdagradRows(GoldenFile golden, float[] w, int steps)
    {
        float[] n = golden.Floats("initial.n");
        for (int step = 0; step < steps; step++)
        {
            Adagrad.Step(w, n, Gradients(golden, step), golden.Float("hyper.lr"), 0, golden.Float("hyper.eps"));
            Check(golden, step, w, ("n", n));
        }
    }

    private static void RowwiseAdagradRows(GoldenFile golden, float[] w, int steps)
    {
        float[] n = golden.Floats("initial.n");
        int dim = w.Length / n.Length;
        var settings = new AdagradSettings(golden.Float("hyper.lr"), golden.Float("hyper.eps"));
        for (int step = 0; step < steps; step++)
        {
            float[] gradients = Gradients(golden, step);
            for (int row = 0; row < n.Length; row++)
            {
                RowwiseAdagrad.Step(w.AsSpan(row * dim, dim), ref n[row], gradients.AsSpan(row * dim, dim), 1, settings);
            }

            Check(golden, step, w, ("n", n));
        }
    }

    private static void FtrlWeights(GoldenFile golden, float[] w, int steps)
    {
        float[] z = golden.Floats("initial.z"), n = golden.Floats("initial.n");
        for (int step = 0; step < steps; step++)
        {
            float[] gradients = Gradients(golden, step);
            for (int i = 0; i < w.Length; i++)
            {
                var settings = new FtrlSettings(
                    golden.Float("hyper.alpha"), golden.Float("hyper.beta"), golden.Float("hyper.lambda1") * Factor(golden, step, i),
                    golden.Float("hyper.lambda2"));
                Ftrl.Step(w.AsSpan(i, 1), z.AsSpan(i, 1), n.AsSpan(i, 1), gradients.AsSpan(i, 1), settings);
            }

            Check(golden, step, w, ("z", z), ("n", n));
        }
    }

    private static void GroupFtrlRows(GoldenFile golden, float[] w, int steps)
    {
        float[] z = golden.Floats("initial.z"), n = golden.Floats("initial.n");
        int rows = golden.At("initial.w").GetArrayLength(), dim = w.Length / rows;
        var settings = new GroupFtrlSettings(
            golden.Float("hyper.alpha"), golden.Float("hyper.beta"), golden.Float("hyper.lambda1"), golden.Float("hyper.lambda_group"),
            golden.Float("hyper.lambda2"));
        for (int step = 0; step < steps; step++)
        {
            float[] gradients = Gradients(golden, step);
            for (int row = 0; row < rows; row++)
            {
                Range own = (row * dim)..((row + 1) * dim);
                GroupFtrl.Step(w.AsSpan(own), z.AsSpan(own), n.AsSpan(own), gradients.AsSpan(own), 1, settings, Factor(golden, step, row));
            }

            Check(golden, step, w, ("z", z), ("n", n));
        }
    }

    /// <summary>1 + C·max(N − freq, 0)/N, where the fixture gives frequencies.</summary>
    private static float Factor(GoldenFile golden, int step, int index)
    {
        if (!golden.Has($"steps|{step}|freq"))
        {
            return 1;
        }

        double frequency = golden.Numbers($"steps|{step}|freq")[index], below = golden.Number("hyper.N");
        return (float)(1 + (golden.Number("hyper.C") * Math.Max(below - frequency, 0) / below));
    }

    private static float[] Gradients(GoldenFile golden, int step) => golden.Floats($"steps|{step}|grad");

    private static void Check(GoldenFile golden, int step, float[] w, params (string Name, float[] Values)[] state)
    {
        Near.Weight($"w after {step + 1}", golden.Numbers($"steps|{step}|w"), w);
        foreach ((string name, float[] values) in state)
        {
            Near.Output($"{name} after {step + 1}", golden.Numbers($"steps|{step}|{name}"), values);
        }
    }
}
