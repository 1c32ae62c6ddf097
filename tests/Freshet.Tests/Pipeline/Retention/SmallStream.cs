using Freshet.Core.Checkpoints;
using Freshet.Core.Events;
using Freshet.Pipeline;
using Freshet.Pipeline.Drivers;
using Freshet.Pipeline.Tracks;
using Freshet.Scenes;
using Freshet.Simulation;
using Freshet.Tests.Experiments;

namespace Freshet.Tests.Pipeline.Retention;

/// <summary>Six quiet simulated days through a pipeline whose bases look one day back.</summary>
internal sealed class SmallStream : IDisposable
{
    private readonly Dictionary<string, MemoryModels> _stores;
    private readonly ReplayDriver _driver;
    private readonly TimeSpan? _publishDelay;

    public SmallStream(
        Scene scene, string arms, Dictionary<string, MemoryModels>? stores = null, TimeSpan? publishDelay = null,
        params IReadOnlyList<IPipelineObserver> observers)
    {
        (_stores, _publishDelay) = (stores ?? [], publishDelay);
        var options = new PipelineOptions { Tracks = TrackPlan.ParseList(arms) };
        Pipeline = new LearningPipeline(
            scene, options with { PublishDelay = publishDelay ?? options.PublishDelay },
            plan => Store(plan.Name), TimeProvider.System, observers);
        _driver = new ReplayDriver(Pipeline);
    }

    public static IReadOnlyList<BehaviourEvent> Log { get; } =
        SmallPlatform.Log(new PlatformOptions { Days = 6, Users = 30, Hosts = 20, RequestsPerDay = 25 });

    public LearningPipeline Pipeline { get; }

    public static Scene Scene { get; } = SmallPlatform.Scene with
    {
        Model = SmallPlatform.Scene.Model with { Name = "lr" },
        Training = SmallPlatform.Scene.Training with { BaseWindow = TimeSpan.FromDays(1) },
        Sync = SmallPlatform.Scene.Sync with { Keep = 10_000, Every = TimeSpan.FromMinutes(10) },
    };

    public MemoryModels Store(string arm) => _stores.TryGetValue(arm, out MemoryModels? store) ? store : _stores[arm] = new MemoryModels();

    /// <summary>Takes the events [<paramref name="first"/>, <paramref name="end"/>) of the log.</summary>
    public SmallStream Take(int first = 0, int end = int.MaxValue, Action? after = null)
    {
        for (int i = first; i < Math.Min(end, Log.Count); i++)
        {
            _driver.Take(Log[i]);
            after?.Invoke();
        }

        return this;
    }

    /// <summary>Every version that was written, as text that two runs can be compared by.</summary>
    public IEnumerable<string> Versions() =>
        from store in _stores.OrderBy(store => store.Key, StringComparer.Ordinal)
        from version in store.Value.Written.OrderBy(version => version.Key)
        select $"{store.Key} {version.Key} {Convert.ToHexString(System.IO.Hashing.XxHash128.Hash(version.Value.Body))} " +
            System.Text.Encoding.UTF8.GetString(version.Value.Manifest);

    /// <summary>The bytes of a checkpoint, without the feature vectors.</summary>
    public byte[] Checkpoint(bool everything)
    {
        using var bytes = new MemoryStream();
        var writer = new CheckpointWriter(bytes);
        Pipeline.Freeze(everything)(writer);
        writer.End();
        return bytes.ToArray();
    }

    /// <summary>A new pipeline over the same stores, restored from a chain of checkpoints whose last is of this moment.</summary>
    public SmallStream Restarted(Scene scene, string arms, params byte[][] chain)
    {
        var again = new SmallStream(scene, arms, _stores, _publishDelay);
        for (int row = 0; row < Pipeline.Samples.Features.Count; row++)
        {
            _ = again.Pipeline.Samples.Features.AppendRow(Pipeline.Samples.Features, row);
        }

        foreach (byte[] checkpoint in chain)
        {
            using var reader = new CheckpointReader(new MemoryStream(checkpoint), "a small stream");
            again.Pipeline.Restore(reader);
            reader.End();
        }

        again.Pipeline.EndRestore();
        return again;
    }

    public void Dispose() => Pipeline.Dispose();
}
