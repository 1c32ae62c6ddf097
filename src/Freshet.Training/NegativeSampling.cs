using Freshet.Core;
using Freshet.Core.Samples;
using Freshet.Scenes;

namespace Freshet.Training;

/// <summary>Says which samples without any positive label training keeps (<see cref="TrainingOptions.NegativesKept"/>), and what they weigh.</summary>
/// <remarks>
/// A function of the seed and the sample's identity alone: the same ones stay whatever the batches, their order, the cutoff, and
/// whether samples come from memory or from files. A sample with a positive label always stays. Where no constant added to the logits makes good
/// what is left out (<see cref="Scene.CorrectsLogits"/>), a negative that stays weighs 1 ÷ share for those that do not (McMahan et al., KDD 2013, section 4.3).
/// </remarks>
internal sealed class NegativeSampling(Scene scene)
{
    private const ulong Draws = 0x6E65676174697665; // "negative": a stream of the seed of its own

    private readonly ulong _seed = scene.Model.Seed;
    private readonly double _kept = scene.Training.NegativesKept;
    private readonly float _weight = scene.CorrectsLogits ? 1 : (float)(1 / scene.Training.NegativesKept);
    private readonly float[] _weights = new float[scene.Behaviours.Count];

    /// <summary>Whether training learns the sample of an identity with these labels.</summary>
    public bool Keeps(uint labels, ulong identity) =>
        labels != 0 || _kept >= 1 || SplitMix64.Stream(_seed, Draws, identity).NextDouble() < _kept;

    /// <summary>Whether training learns <paramref name="sample"/>.</summary>
    public bool Keeps(in LabelledSample sample) => Keeps(sample.Labels, sample.Identity);

    /// <summary>[T] weights of the losses of a sample that stays, empty for 1; good until the next call.</summary>
    /// <param name="labels">Its labels.</param>
    /// <param name="weights">Its own weights, empty for 1.</param>
    public ReadOnlySpan<float> Weigh(uint labels, ReadOnlySpan<float> weights)
    {
        if (labels != 0 || _weight == 1)
        {
            return weights;
        }

        for (int task = 0; task < _weights.Length; task++)
        {
            _weights[task] = _weight * (weights.IsEmpty ? 1 : weights[task]);
        }

        return _weights;
    }
}
