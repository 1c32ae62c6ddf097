using Freshet.Core;
using Freshet.Scenes;

namespace Freshet.Training;

/// <summary>Brings samples into a random order window by window (<see cref="TrainingOptions.ShuffleWindow"/>).</summary>
/// <remarks>
/// The samples that are learnt are cut into windows of W, the last one being shorter, and each is shuffled within itself (Fisher
/// and Yates): no sample moves further than W − 1 places. The order of window k in epoch e is a function of (seed, e, k) and the
/// number of its samples.
/// </remarks>
internal readonly struct WindowShuffle(Scene scene)
{
    private const ulong Draws = 0x73687566666C6521; // "shuffle!": a stream of the seed of its own

    private readonly ulong _seed = scene.Model.Seed;

    /// <summary>W; 1 where samples stay in order.</summary>
    public int Window { get; } = Math.Max(1, scene.Training.ShuffleWindow);

    /// <summary>Shuffles one window.</summary>
    /// <param name="window">The samples of the window, in order; shuffled in place.</param>
    /// <param name="epoch">Which pass over the samples, from 0.</param>
    /// <param name="index">Which window of the pass, from 0.</param>
    public void Shuffle(Span<int> window, int epoch, long index)
    {
        var random = SplitMix64.Stream(_seed, Draws + (ulong)epoch, (ulong)index);
        for (int i = window.Length - 1; i > 0; i--)
        {
            int other = random.NextBelow(i + 1);
            (window[i], window[other]) = (window[other], window[i]);
        }
    }
}
