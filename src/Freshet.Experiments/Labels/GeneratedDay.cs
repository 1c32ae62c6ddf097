using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Simulation;

namespace Freshet.Experiments.Labels;

/// <summary>One day of the simulated platform: what arrives, in order of arrival, and what is true. Pages are drawn at random.</summary>
internal sealed class GeneratedDay
{
    private readonly List<BehaviourEvent> _events = [];

    /// <summary>Runs the platform to the end of its tail.</summary>
    public GeneratedDay(Scene scene, PlatformOptions options, CancellationToken cancellation)
    {
        Start = options.Start.ToUnixTimeMilliseconds();
        var platform = new LivePlatform(options);
        // Truth needs the day to the end, so nothing of it may be dropped.
        var truth = new Joiner(StudyArm.With(scene, scene.Attribution with { Mode = AttributionMode.Cumulative }));
        while (platform.TryAdvance(out PlatformStep step))
        {
            cancellation.ThrowIfCancellationRequested();
            if (step == PlatformStep.Request)
            {
                platform.Show(Order(platform.Request, options), "random", "");
                continue;
            }

            var arrived = new BehaviourEvent();
            arrived.CopyFrom(platform.Event);
            _events.Add(arrived);
            if (arrived.Type.SequenceEqual(EventTypeNames.ImpressionBytes))
            {
                _ = truth.Add(arrived, 0);
            }
        }

        Truth = new SampleTable(scene);
        var behaviour = new BehaviourEvent();
        for (int i = 0; i < platform.Truth.Count; i++)
        {
            platform.Truth.Read(i, behaviour);
            _ = truth.Add(behaviour, 0);
        }

        truth.CutAll(Truth);
    }

    /// <summary>First instant of the day, ms since the epoch.</summary>
    public long Start { get; }

    /// <summary>In order of arrival; each says when it was received.</summary>
    public IReadOnlyList<BehaviourEvent> Events => _events;

    /// <summary>One sample an identity with all that truly follows, also what never arrives.</summary>
    public SampleTable Truth { get; }

    private static ReadOnlySpan<int> Order(RankingRequest request, PlatformOptions options)
    {
        int[] order = [.. Enumerable.Range(0, request.Candidates.Length)];
        var random = SplitMix64.Stream(options.Seed, (ulong)request.Number);
        int shown = Math.Min(options.ShownPerRequest, order.Length);
        for (int i = 0; i < shown; i++)
        {
            int other = i + random.NextBelow(order.Length - i);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order.AsSpan(0, shown);
    }
}
