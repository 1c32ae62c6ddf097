using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Freshet.Core.Events;
using Freshet.Core.Time;
using Freshet.Features;
using Freshet.Scenes;

namespace Freshet.Benchmarks;

/// <summary>What saving the feature stage of the demo's scene costs: with 200,000 users who have each seen and clicked.</summary>
[SimpleJob(RunStrategy.Monitoring, warmupCount: 1, iterationCount: 5, invocationCount: 1)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "BenchmarkDotNet calls Cleanup.")]
public class FeatureSaveBenchmarks
{
    private readonly PendingStream _stream = new();
    private readonly MemoryStream _saved = new();
    private FeatureStage _stage = null!;

    [GlobalCleanup]
    public void Cleanup() => _saved.Dispose();

    [GlobalSetup]
    public void Setup()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Freshet.slnx")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        _stage = new FeatureStage(SceneFile.Read(Path.Combine(root, "examples", "demo", "scene.yaml")));
        var events = new BehaviourEvent[1];
        events[0] = new BehaviourEvent();
        for (int i = 0; i < 4_000_000; i++)
        {
            _stream.WriteNext(events[0], i);
            _stage.Apply(events[0], EventTime.OfRequest(events[0].At, events[0].At));
        }

        _stage.Save(_saved);
        Console.WriteLine($"// {_saved.Length >> 20} MiB");
    }

    [Benchmark]
    public void Save()
    {
        _saved.Position = 0;
        _stage.Save(_saved);
    }
}
