using Freshet.Kernels;

namespace Freshet.Tests.Golden;

/// <summary>Probabilities along a behaviour tree, loss, each of its terms, and gradients.</summary>
internal static class TreeCase
{
    public static void Check(GoldenFile golden)
    {
        int count = golden.Integer("hyper.B");
        float[] logits = golden.Floats("inputs.logits"), labels = golden.Floats("inputs.y"), omega = golden.Floats("hyper.omega");
        float[] weights = golden.Has("inputs|weight") ? golden.Floats("inputs.weight") : [];
        int[] parents = golden.Integers("hyper.parent");
        float[] probabilities = new float[logits.Length], gradients = new float[logits.Length];

        BehaviourTreeLoss.Predict(logits, parents, probabilities);
        double sum = BehaviourTreeLoss.Learn(logits, labels, weights, parents, omega, gradients);

        Near.Output("p", golden.Numbers("outputs.p"), probabilities);
        Near.Output("loss", golden.Number("loss"), sum / count);
        Near.Gradient("logits", golden.Numbers("grads.logits"), [.. gradients.Select(gradient => gradient / count)]);
        CheckTerms(golden, logits, labels, parents);
    }

    private static void CheckTerms(GoldenFile golden, float[] logits, float[] labels, int[] parents)
    {
        double[] expected = golden.Numbers("outputs.bce");
        for (int term = 0; term < logits.Length; term++)
        {
            int sample = term / parents.Length;
            float[] only = [.. parents.Select((_, task) => task == term % parents.Length ? 1f : 0f)];
            Range row = (sample * parents.Length)..((sample + 1) * parents.Length);
            double loss = BehaviourTreeLoss.Learn(logits[row], labels[row], [], parents, only, new float[parents.Length]);

            Near.Output($"bce[{term}]", expected[term], loss);
        }
    }
}
