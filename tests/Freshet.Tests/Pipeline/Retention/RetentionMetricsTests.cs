using System.Diagnostics.Metrics;
using Freshet.Core.Events;
using Freshet.Pipeline;
using Freshet.Pipeline.Retention;
using Freshet.Pipeline.Tracks;
using Freshet.Scenes;
using Freshet.Tests.Architecture;
using Freshet.Training;

namespace Freshet.Tests.Pipeline.Retention;

/// <summary>What leaves at a limit is seen where an operator looks.</summary>
public sealed class RetentionMetricsTests : IDisposable
{
    private readonly Scene _scene = SmallStream.Scene with
    {
        Name = $"retention-{Guid.NewGuid():N}",
        Limits = new LimitOptions { Served = 2, Quarantine = 1 },
        Sync = new SyncOptions { Keep = 2 },
    };

    private readonly Dictionary<string, long> _seen = [];
    private readonly List<Instrument> _instruments = [];
    private readonly MeterListener _listener;

    public RetentionMetricsTests() => _listener = Listen();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void Days_and_versions_that_leave_are_counted_and_what_stays_is_shown()
    {
        using SmallStream stream = new SmallStream(_scene, "4h").Take();

        Assert.True(stream.Pipeline.DaysRemoved > 0);
        Assert.Equal(stream.Pipeline.DaysRemoved, _seen["freshet.retention.days_removed"]);
        Assert.Equal(stream.Pipeline.Samples.Days.Count, _seen["freshet.retention.days"]);
        Assert.Equal(stream.Store("4h").List().Count, _seen["freshet.retention.versions arm=4h"]);
        Assert.Equal(
            stream.Store("4h").Written.Count,
            _seen["freshet.retention.versions arm=4h"] + _seen["freshet.retention.versions_removed arm=4h"]);
    }

    [Fact]
    public void A_vector_over_the_limit_is_counted_and_its_impression_gets_the_vector_of_its_moment()
    {
        var rows = new Rows();
        using var stream = new SmallStream(_scene, "4h", observers: [rows]);
        int[] shown = [.. Enumerable.Range(0, SmallStream.Log.Count)
            .Where(i => SmallStream.Log[i].Type.SequenceEqual("impression"u8)).Take(4)];
        stream.Take(0, shown[0] + 1);
        foreach (int i in shown[1..])
        {
            stream.Pipeline.Serve(IdentityKey.Of(SmallStream.Log[i]), 0);
        }

        stream.Take(shown[0] + 1, shown[3] + 1);

        Assert.Equal([0, 1, 0, 0], rows.Taken);
        Assert.Equal(new ServedCounts(Served: 3, Replaced: 0, Taken: 2, Evicted: 1, Waiting: 0), stream.Pipeline.Served);
        Assert.Equal(1, _seen["freshet.retention.served_evicted"]);
    }

    [Fact]
    public void A_window_over_the_limit_of_the_quarantine_is_counted()
    {
        using var stream = new SmallStream(_scene, "4h");
        ModelTrack track = stream.Pipeline.Tracks.All[0];
        stream.Pipeline.Tracks.LeaveOut(track, new SampleSpan(0, 10));

        stream.Pipeline.Tracks.LeaveOut(track, new SampleSpan(20, 30));

        Assert.Equal([new SampleSpan(20, 30)], stream.Pipeline.Tracks.LeftOut);
        Assert.Equal((1, 1), (stream.Pipeline.Tracks.LeftOutEvicted, _seen["freshet.retention.quarantine_evicted"]));
    }

    [Fact]
    public void The_page_on_metrics_names_every_instrument_with_its_unit()
    {
        RetentionMetrics.Days(_scene, 0);
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md"));

        Assert.Equal(7, _instruments.Count);
        Assert.All(_instruments, instrument =>
        {
            string row = page.Split('\n').Single(line => line.StartsWith($"| `{instrument.Name}`", StringComparison.Ordinal));
            Assert.Contains($"| `{instrument.Unit}` |", row, StringComparison.Ordinal);
            Assert.False(string.IsNullOrEmpty(instrument.Description));
        });
    }

    /// <summary>
    /// Counters are summed, of gauges the last value stays; of this scene only, since the meter is shared by the process.
    /// </summary>
    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name.StartsWith("freshet.retention.", StringComparison.Ordinal))
                {
                    _instruments.Add(instrument);
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (tags[0].Value as string == _scene.Name)
            {
                string name = tags.Length == 1 ? instrument.Name : $"{instrument.Name} {tags[1].Key}={tags[1].Value}";
                _seen[name] = value + (instrument is Counter<long> ? _seen.GetValueOrDefault(name) : 0);
            }
        });
        listener.Start();
        return listener;
    }

    private sealed class Rows : IPipelineObserver
    {
        public List<int> Taken { get; } = [];

        public void OnFeatures(BehaviourEvent impression, int row) => Taken.Add(row);
    }
}
