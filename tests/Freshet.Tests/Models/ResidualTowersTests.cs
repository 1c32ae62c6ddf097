using Freshet.Core.Scenes;
using Freshet.Kernels;
using Freshet.Models;

namespace Freshet.Tests.Models;

public sealed class ResidualTowersTests
{
    private const int Count = 6;
    private const float Step = 1f / 64;
    private const double SameSlope = 5e-6;
    private const double Tolerance = 3e-4;

    // A logit is piecewise linear in every single parameter: where the two one-sided differences agree no kink lies
    // between them, and the central difference is exact but for rounding. A kink that this filter lets through is worth
    // at most SameSlope / (2·Step) = 1.6e-4; the rest of the tolerance is rounding of float logits.
    [Theory]
    [InlineData(9, 5, 3)]
    [InlineData(7, 7, 4)]
    [InlineData(4, 10, 10)]
    public void Gradients_are_finite_differences_through_projections_and_identities(int inputs, int first, int second)
    {
        Scene scene = TestScene.Create("esmm", slots: 1, dense: inputs - 1, dim: 1, layers: [first, second]);
        var shape = new ModelShape(scene);
        var parameters = new DenseParameters();
        using var towers = new ResidualTowers(shape, parameters);
        var stream = new SplitMix64(3);
        towers.Initialize(ref stream);
        stream.FillUniform(parameters.All(), 0.7f);
        var learn = new LearnWorkspace();
        learn.MakeRoom(shape, Count);
        stream.FillUniform(learn.Forward.Inputs.AsSpan(0, Count * inputs), 1);
        stream.FillUniform(learn.LogitGradients.AsSpan(0, Count * shape.Tasks), 1);
        Loss(towers, learn);

        towers.Backward(Count, learn.Forward, learn);

        float[] gradients = parameters.Gradients(new DenseRange(0, parameters.Count)).ToArray();
        float[] inputGradients = learn.InputGradients.AsSpan(0, Count * inputs).ToArray();
        int compared = Compare(parameters.Count, i => ref parameters.All()[i], gradients, () => Loss(towers, learn));
        compared += Compare(inputGradients.Length, i => ref learn.Forward.Inputs[i], inputGradients, () => Loss(towers, learn));
        Assert.InRange(compared, (parameters.Count + inputGradients.Length) * 3 / 4, int.MaxValue);
    }

    private delegate ref float Element(int index);

    private static int Compare(int count, Element element, float[] gradients, Func<double> loss)
    {
        int compared = 0;
        double here = loss();
        for (int i = 0; i < count; i++)
        {
            float kept = element(i);
            element(i) = kept + Step;
            double up = loss();
            element(i) = kept - Step;
            double down = loss();
            element(i) = kept;
            if (Math.Abs(up - here - (here - down)) < SameSlope)
            {
                Assert.Equal((up - down) / (2 * Step), gradients[i], Tolerance);
                compared++;
            }
        }

        return compared;
    }

    private static double Loss(ResidualTowers towers, LearnWorkspace learn)
    {
        towers.Pack();
        learn.Forward.Logits.AsSpan().Clear();
        towers.Forward(Count, learn.Forward);
        double loss = 0;
        for (int i = 0; i < learn.Forward.Logits.Length; i++)
        {
            loss += (double)learn.Forward.Logits[i] * learn.LogitGradients[i];
        }

        return loss;
    }
}
