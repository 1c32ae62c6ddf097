using Freshet.Kernels;

namespace Freshet.Tests.Golden;

public sealed class BehaviourTreeGoldenTests
{
    [Theory]
    [InlineData("esmm_two_tasks", false)]
    [InlineData("tree_three_levels", true)]
    [InlineData("bce_clamp", false)]
    [InlineData("bce_clamp_chain", false)]
    public void Probabilities_loss_and_gradients_are_those_of_the_reference(string name, bool hasWeights)
    {
        var golden = new GoldenFile(name);
        int count = golden.Integer("hyper.B");
        float[] logits = golden.Floats("inputs.logits");
        float[] weights = hasWeights ? golden.Floats("inputs.weight") : [];
        int[] parents = golden.Integers("hyper.parent");
        float[] probabilities = new float[logits.Length], gradients = new float[logits.Length];

        BehaviourTreeLoss.Predict(logits, parents, probabilities);
        double sum = BehaviourTreeLoss.Learn(
            logits, golden.Floats("inputs.y"), weights, parents, golden.Floats("hyper.omega"), gradients);

        Near.Output(golden.Numbers("outputs.p"), probabilities);
        Near.Output(golden.Number("loss"), sum / count);
        Near.Gradient(golden.Numbers("grads.logits"), [.. gradients.Select(gradient => gradient / count)]);
    }

    [Theory]
    [InlineData("bce_clamp")]
    [InlineData("bce_clamp_chain")]
    public void Each_term_of_the_loss_is_that_of_the_reference_where_the_clamp_is_active(string name)
    {
        var golden = new GoldenFile(name);
        int[] parents = golden.Integers("hyper.parent");
        float[] logits = golden.Floats("inputs.logits"), labels = golden.Floats("inputs.y");
        double[] expected = golden.Numbers("outputs.bce");

        for (int term = 0; term < logits.Length; term++)
        {
            int sample = term / parents.Length;
            float[] only = [.. parents.Select((_, task) => task == term % parents.Length ? 1f : 0f)];
            Range row = (sample * parents.Length)..((sample + 1) * parents.Length);
            double loss = BehaviourTreeLoss.Learn(logits[row], labels[row], [], parents, only, new float[parents.Length]);

            Near.Output(expected[term], loss);
        }
    }
}
