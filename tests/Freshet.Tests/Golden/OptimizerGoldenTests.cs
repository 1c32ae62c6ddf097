using Freshet.Kernels;

namespace Freshet.Tests.Golden;

public sealed class OptimizerGoldenTests
{
    private const int Steps = 5;

    [Fact]
    public void Adam_takes_the_steps_of_the_reference()
    {
        var golden = new GoldenFile("opt_adam");
        var settings = new AdamSettings(
            golden.Number("hyper.lr"), golden.Number("hyper.beta1"), golden.Number("hyper.beta2"), golden.Number("hyper.eps"));
        float[] w = golden.Floats("initial.w"), m = golden.Floats("initial.m"), v = golden.Floats("initial.v");

        for (int step = 0; step < Steps; step++)
        {
            float[] gradients = [.. golden.Floats($"steps.{step}.grad").Select(gradient => gradient * 8)];
            Adam.Step(w, m, v, gradients, 1f / 8, step + 1, settings);

            Near.Weight(golden.Numbers($"steps.{step}.w"), w);
            Near.Gradient(golden.Numbers($"steps.{step}.m"), m);
            Near.Gradient(golden.Numbers($"steps.{step}.v"), v);
        }
    }

    [Fact]
    public void Adagrad_takes_the_steps_of_the_reference()
    {
        var golden = new GoldenFile("opt_adagrad");
        float[] w = golden.Floats("initial.w"), n = golden.Floats("initial.n");

        for (int step = 0; step < Steps; step++)
        {
            Adagrad.Step(
                w, n, golden.Floats($"steps.{step}.grad"), (float)golden.Number("hyper.lr"), 0, (float)golden.Number("hyper.eps"));

            Near.Weight(golden.Numbers($"steps.{step}.w"), w);
            Near.Gradient(golden.Numbers($"steps.{step}.n"), n);
        }
    }

    [Fact]
    public void Ftrl_takes_the_steps_of_the_reference_and_its_zeros_are_exact()
    {
        var golden = new GoldenFile("opt_ftrl");
        var settings = new FtrlSettings(
            (float)golden.Number("hyper.alpha"), (float)golden.Number("hyper.beta"),
            (float)golden.Number("hyper.lambda1"), (float)golden.Number("hyper.lambda2"));
        float[] w = golden.Floats("initial.w"), z = golden.Floats("initial.z"), n = golden.Floats("initial.n");

        for (int step = 0; step < Steps; step++)
        {
            Ftrl.Step(w, z, n, golden.Floats($"steps.{step}.grad"), settings);

            Near.Weight(golden.Numbers($"steps.{step}.w"), w);
            Near.Output(golden.Numbers($"steps.{step}.z"), z);
            Near.Output(golden.Numbers($"steps.{step}.n"), n);
        }
    }
}
