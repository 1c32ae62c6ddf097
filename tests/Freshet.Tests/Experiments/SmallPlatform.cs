using Freshet.Core.Events;
using Freshet.Experiments;
using Freshet.Pipeline.Tracks;
using Freshet.Scenes;
using Freshet.Simulation;

namespace Freshet.Tests.Experiments;

/// <summary>Three simulated days, small enough for a test, as a log.</summary>
internal static class SmallPlatform
{
    public static Scene Scene { get; } = SceneFile.Parse(LivePlatform.SceneYaml, "demo");

    public static PlatformOptions Options { get; } = new() { Days = 3, Users = 200, Hosts = 60, RequestsPerDay = 250 };

    public static LoopOptions Loop(string folder, string arms = "frozen,daily,2h") => new()
    {
        Tracks = TrackPlan.ParseList(arms),
        ModelsFolder = folder,
        BaseUntil = new DateOnly(2026, 3, 2),
    };

    /// <summary>All events of the platform with pages in the order of the candidates, in order of arrival.</summary>
    public static IReadOnlyList<BehaviourEvent> Log() => Log(Options);

    /// <summary>The same of a platform of other sizes.</summary>
    public static IReadOnlyList<BehaviourEvent> Log(PlatformOptions options)
    {
        var platform = new LivePlatform(options);
        List<BehaviourEvent> log = [];
        Span<int> page = stackalloc int[options.ShownPerRequest];
        while (platform.TryAdvance(out PlatformStep step))
        {
            if (step == PlatformStep.Event)
            {
                var copy = new BehaviourEvent();
                copy.CopyFrom(platform.Event);
                log.Add(copy);
                continue;
            }

            int shown = Math.Min(page.Length, platform.Request.Candidates.Length);
            for (int i = 0; i < shown; i++)
            {
                page[i] = i;
            }

            platform.Show(page[..shown], "", "");
        }

        return log;
    }

    /// <summary>A source over events in memory.</summary>
    public sealed class Source(IEnumerable<BehaviourEvent> log) : IEventSource
    {
        private readonly IEnumerator<BehaviourEvent> _events = log.GetEnumerator();

        public long Malformed => 0;

        public bool TryRead(BehaviourEvent destination)
        {
            destination.Clear();
            if (!_events.MoveNext())
            {
                return false;
            }

            destination.CopyFrom(_events.Current);
            return true;
        }

        public void Dispose() => _events.Dispose();
    }
}
