using Freshet.Core.Events;
using Freshet.Experiments;
using Freshet.Experiments.Reports;

namespace Freshet.Tests.Experiments;

/// <summary>The replay of three days that several tests look at; run once for all of them.</summary>
public sealed class SharedReplay : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("freshet-shared-replay-").FullName;

    public SharedReplay()
    {
        Events = Path.Combine(_folder, "events.ndjson.gz");
        using var sink = new NdjsonEventSink(Events);
        Report = Replay.Run(
            SmallPlatform.Scene, new SmallPlatform.Source(Log), SmallPlatform.Loop(Path.Combine(_folder, "models")), TimeProvider.System, sink);
        sink.Complete();
    }

    /// <summary>The events of three simulated days, drawn once; nobody changes them.</summary>
    public static IReadOnlyList<BehaviourEvent> Log { get; } = SmallPlatform.Log();

    /// <summary>The report of the replay, as no test changes it.</summary>
    public ReplayReport Report { get; }

    /// <summary>The events as the replay exported them.</summary>
    public string Events { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
