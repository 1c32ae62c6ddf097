using Freshet.Core.Events;
using Freshet.Core.Versions;
using Freshet.Experiments;
using Freshet.Models;
using Freshet.Pipeline.Tracks;
using Freshet.Scenes;
using Freshet.Serving;
using Freshet.Storage.Models;
using Freshet.Sync;
using Freshet.Training;
using Freshet.Training.Gates;

namespace Freshet.Tests.Experiments;

/// <summary>A log that runs through the loop with one arm, while somebody watches what is live.</summary>
internal sealed class GateDrill
{
    private const long PublishDelay = 30_000, Minute = 60_000, Tick = 15 * Minute;
    private readonly Scene _scene;
    private readonly string _folder;
    private readonly List<Swap> _swaps = [];
    private readonly List<(int Row, long At, Swap Live)> _shown = [];
    private readonly List<LeftOutSpans> _leftOut = [];
    private long _comparedAt;

    public GateDrill(Scene scene, string folder, Restart restart)
    {
        _scene = scene with { Training = scene.Training with { Restart = restart } };
        _folder = Path.Combine(folder, restart.ToString());
        Loop = new ObservedPipeline(_scene, SmallPlatform.Loop(_folder, "15m") with { Warn = Warnings.Add }, TimeProvider.System);
        Arm = Loop.Tracks[0];
    }

    public ObservedPipeline Loop { get; }

    public ModelTrack Arm { get; }

    /// <summary>Lines for the log.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Every version that went live, in order.</summary>
    public IReadOnlyList<Swap> Swaps => _swaps;

    /// <summary>What was left out from which moment on, in order.</summary>
    public IReadOnlyList<LeftOutSpans> LeftOut => _leftOut;

    /// <summary>Lets all events arrive. Once a minute while <paramref name="watched"/> says so, the live model's bytes are compared with those that went live.</summary>
    public GateDrill Run(IEnumerable<BehaviourEvent> log, Func<BehaviourEvent, bool> watched, Action<BehaviourEvent>? before = null)
    {
        foreach (BehaviourEvent e in log)
        {
            before?.Invoke(e);
            int rows = Loop.Samples.Features.Count;
            Loop.Take(e);
            Watch();
            if (Loop.Samples.Features.Count > rows && _swaps.Count > 0)
            {
                _shown.Add((Loop.Samples.Features.Count - 1, e.At, _swaps[^1]));
                if (watched(e) && e.At >= _comparedAt + Minute)
                {
                    _comparedAt = e.At;
                    Assert.True(_swaps[^1].Bytes.AsSpan().SequenceEqual(Bytes(Arm.Live.Current!.Model)), "The live model has other bytes than when it went live.");
                }
            }
        }

        Loop.Finish();
        return this;
    }

    /// <summary>
    /// Nothing went live from a refused cutoff to the next; what stayed is what the refusal says, still lies in the store as it was, and scored all
    /// that was shown meanwhile. Later versions went live again.
    /// </summary>
    /// <param name="gate">Refuses while something is shown.</param>
    public void RequireThatTheLiveModelDidNotMove(string gate)
    {
        Assert.NotEmpty(Arm.Refusals);
        foreach (Refusal refusal in Arm.Refusals)
        {
            Swap live = _swaps.Last(swap => swap.At <= refusal.Cutoff);
            Assert.Equal(refusal.Live, live.Version);
            Assert.DoesNotContain(_swaps, swap => swap.At > refusal.Cutoff && swap.At <= refusal.Cutoff + Tick);
            int scored = RequireScoredBy(live, refusal.Cutoff);
            Assert.True(scored > 0 || refusal.Gates.All(result => result.Name != gate), "Nothing was shown meanwhile.");
        }

        Assert.True(_swaps[^1].Cutoff > Arm.Refusals[^1].Cutoff + (30 * Minute), "Nothing was published after the disturbance.");
        Assert.True(Arm.Publishes > 80, $"Only {Arm.Publishes} versions; refusals: {string.Join(" | ", Arm.Refusals)}");
    }

    private int RequireScoredBy(Swap live, long cutoff)
    {
        (int Row, long At, Swap Live)[] shown = [.. _shown.Where(entry => entry.At > cutoff && entry.At <= cutoff + Tick)];
        using var model = RankingModel.Load(_scene, new MemoryStream(live.Bytes));
        var workspace = new ModelWorkspace();
        float[] expected = new float[_scene.Behaviours.Count];
        foreach ((int row, _, Swap scoredBy) in shown)
        {
            Assert.Equal(live.Version, scoredBy.Version);
            model.Predict(Loop.Samples.Features, row, 1, expected, workspace, referenceBias: false);
            for (int task = 0; task < expected.Length; task++)
            {
                Assert.Equal(expected[task], Loop.Predictions.Of(0).Probability(row, task));
            }
        }

        return shown.Length;
    }

    private void Watch()
    {
        if (Arm.Live.Current is { } live && (_swaps.Count == 0 || _swaps[^1].Version != live.Version.ToString()))
        {
            byte[] bytes = Bytes(live.Model);
            using Stream stored = new ModelFolder(Path.Combine(_folder, "15m")).OpenBody(live.Version);
            var copy = new MemoryStream();
            stored.CopyTo(copy);
            Assert.True(copy.ToArray().AsSpan().SequenceEqual(bytes), "The live model has other bytes than its version in the store.");
            _swaps.Add(new Swap(live, bytes));
        }

        if (_leftOut.Count == 0 ? Loop.Pipeline.Tracks.LeftOut.Count > 0 : !_leftOut[^1].Spans.SequenceEqual(Loop.Pipeline.Tracks.LeftOut))
        {
            _leftOut.Add(new LeftOutSpans(Loop.Pipeline.Now, [.. Loop.Pipeline.Tracks.LeftOut]));
        }
    }

    private static byte[] Bytes(RankingModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }

    /// <summary>What was left out from a moment on.</summary>
    internal sealed record LeftOutSpans(long From, IReadOnlyList<SampleSpan> Spans);

    /// <summary>A version that went live.</summary>
    internal sealed class Swap(ServedModel live, byte[] bytes)
    {
        public string Version { get; } = live.Version.ToString();

        public ModelManifest Manifest { get; } = live.Manifest;

        public long Cutoff => Manifest.Cutoff;

        /// <summary>The first base is live at once.</summary>
        public long At { get; } = live.Manifest.Kind == VersionKind.Base ? live.Manifest.Cutoff : live.Manifest.Cutoff + PublishDelay;

        public byte[] Bytes { get; } = bytes;
    }
}
