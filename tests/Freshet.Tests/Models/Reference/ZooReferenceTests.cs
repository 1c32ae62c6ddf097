using Freshet.Models;

namespace Freshet.Tests.Models.Reference;

/// <summary>Every model of the zoo, with every option, against an independent reference in double: predictions, losses, and every gradient.</summary>
public sealed class ZooReferenceTests
{
    private const double Step = 1e-5;

    public static TheoryData<string> Cases => [.. ZooCases.Names];

    [Fact]
    public void Every_model_of_the_zoo_is_a_case() =>
        Assert.Equal(RankingModel.Zoo.Order(), ZooCases.Names.Select(name => ZooCases.Get(name).Model).Distinct().Order());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Predictions_and_losses_are_those_of_the_reference(string name)
    {
        using var bench = new ReferenceBench(name);
        float[] probabilities = new float[bench.Outcome.Probabilities.Count], values = new float[bench.Outcome.Values.Count];

        (double loss, double auxiliary) = bench.Engine.Model.Backward(bench.Batch, LearnPhase.Base, bench.Choices);
        bench.Engine.Model.Predict(
            bench.Batch.Features, 0, bench.Batch.Count, probabilities, values, new ModelWorkspace(), referenceBias: false);

        // The lr computes nothing for the user alone.
        Assert.Equal(bench.Case.PerRequest > 1 && bench.Case.Model != "lr", bench.Engine.Model.LastPass.Groups.IsShared);
        Near("loss", [bench.Outcome.Loss], [(float)loss]);
        Near("auxiliary loss", [bench.Outcome.Auxiliary], [(float)auxiliary]);
        Near("probabilities", bench.Outcome.Probabilities, probabilities);
        Near("values", bench.Outcome.Values, values);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_the_finite_differences_of_the_reference(string name)
    {
        using var bench = new ReferenceBench(name);

        // Twice: what the first leaves in buffers must not add to the second.
        _ = bench.Engine.Model.Backward(bench.Batch, LearnPhase.Base, bench.Choices);
        _ = bench.Engine.Model.Backward(bench.Batch, LearnPhase.Base, bench.Choices);

        bool any = false;
        foreach ((string parameter, double[] values, float[] gradient) in bench.Parameters.WithGradients(bench.Engine, bench.Samples.Length))
        {
            double[] expected = [.. Enumerable.Range(0, values.Length).Select(i => Difference(bench, values, i))];
            double bound = 1e-6 + (2e-5 * expected.Select(Math.Abs).DefaultIfEmpty().Max());
            for (int i = 0; i < values.Length; i++)
            {
                any |= Math.Abs(expected[i]) > 1e-3;
                Assert.True(
                    Math.Abs(expected[i] - gradient[i]) <= bound, $"{parameter}[{i}]: {gradient[i]} instead of {expected[i]}, bound {bound}");
            }
        }

        Assert.True(any);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_row_alone_gives_the_bits_that_it_gives_among_others(string name)
    {
        using var bench = new ReferenceBench(name);
        int count = bench.Batch.Count, tasks = bench.Engine.Model.TaskCount, regressions = bench.Engine.Model.RegressionCount;
        float[] all = new float[count * tasks], allValues = new float[count * regressions];
        float[] one = new float[tasks], oneValues = new float[regressions];
        var workspace = new ModelWorkspace();

        bench.Engine.Model.Predict(bench.Batch.Features, 0, count, all, allValues, workspace, referenceBias: false);

        for (int row = 0; row < count; row++)
        {
            bench.Engine.Model.Predict(bench.Batch.Features, row, 1, one, oneValues, workspace, referenceBias: false);
            Assert.Equal(all[(row * tasks)..((row + 1) * tasks)], one);
            Assert.Equal(allValues[(row * regressions)..((row + 1) * regressions)], oneValues);
        }
    }

    private static double Difference(ReferenceBench bench, double[] values, int at)
    {
        double kept = values[at];
        values[at] = kept + Step;
        double above = bench.Reference.Run(bench.Samples).Loss;
        values[at] = kept - Step;
        double below = bench.Reference.Run(bench.Samples).Loss;
        values[at] = kept;
        return (above - below) / (2 * Step);
    }

    private static void Near(string what, List<double> expected, float[] actual)
    {
        Assert.Equal(expected.Count, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= 1e-7 + (1e-5 * Math.Abs(expected[i])), $"{what}[{i}]: {actual[i]} instead of {expected[i]}");
        }
    }
}
