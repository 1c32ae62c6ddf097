using System.Diagnostics.Metrics;
using System.Globalization;
using Freshet.Pipeline.Checkpoints;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Storage.Checkpoints;
using Freshet.Tests.Architecture;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

public sealed class JoinMetricsTests
{
    private const long Noon = FirstMay + (12 * Hour);

    [Fact]
    public void Instruments_say_what_the_joiner_counted()
    {
        SortedDictionary<string, double> seen = Measure(Immediate, out _);

        Assert.Equal(1, seen["freshet.join.events type=impression outcome=identity"]);
        Assert.Equal(1, seen["freshet.join.events type=impression outcome=repeat"]);
        Assert.Equal(1, seen["freshet.join.events type=click outcome=joined"]);
        Assert.Equal(1, seen["freshet.join.events type=gift outcome=pending"]);
        Assert.Equal(1, seen["freshet.join.pending"]);
        Assert.Equal((1, 1), (seen["freshet.join.kept kind=identity"], seen["freshet.join.kept kind=orphan"]));
        Assert.Equal((0, 0), (seen["freshet.join.over_limit kind=impression"], seen["freshet.join.over_limit kind=behaviour"]));
        Assert.Equal((1, 1), (seen["freshet.join.rows kind=observed"], seen["freshet.join.rows kind=positive"]));
        Assert.Equal((1, 1), (seen["freshet.join.label_changes"], seen["freshet.join.contradictions_repaired"]));
        Assert.Equal(0, seen["freshet.join.coverage behaviour=click"]);
        Assert.InRange(seen["freshet.join.window_95 behaviour=click"], 1200 * 0.99, 1200 * 1.01);
        Assert.Equal(60, seen["freshet.join.watermark_lag"]);
    }

    [Fact]
    public void A_window_repairs_no_contradiction() => Assert.Equal(0, Measure(Window, out _)["freshet.join.contradictions_repaired"]);

    [Fact]
    public void The_page_on_metrics_names_every_instrument_with_its_unit()
    {
        _ = Measure(Immediate, out List<Instrument> instruments);
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md"));

        Assert.Equal(15, instruments.Count);
        Assert.All(instruments, instrument =>
        {
            string row = page.Split('\n').Single(line => line.StartsWith($"| `{instrument.Name}`", StringComparison.Ordinal));
            Assert.Contains($"| `{instrument.Unit}` |", row, StringComparison.Ordinal);
            Assert.False(string.IsNullOrEmpty(instrument.Description));
        });
    }

    /// <summary>Two looks at a page, a click 20 minutes after the first, and a gift on a page that nobody has seen.</summary>
    private static SortedDictionary<string, double> Measure(AttributionOptions attribution, out List<Instrument> instruments)
    {
        Scene scene = With(attribution) with { Name = $"metrics-{Guid.NewGuid():N}" };
        var join = new Join(scene);
        join.Add(Line.Impression("i", Noon));
        join.Add(Line.Impression("again", Noon + (19 * Minute)));
        join.Add(new Line("click", "c", Noon + (20 * Minute)));
        join.Add(new Line("gift", "g", Noon + (20 * Minute), Request: "r9", Value: 1));
        var seen = new SortedDictionary<string, double>(StringComparer.Ordinal);
        List<Instrument> published = [];
        using var metrics = new JoinMetrics(scene, join.Joiner);
        using var checkpoints = new CheckpointMetrics(scene, new CheckpointChain(new CheckpointFolder("none"), 0));
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name is JoinMetrics.MeterName or CheckpointMetrics.MeterName)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        instruments = published;
        return seen;

        // Other tests of this process have meters of the same name: the scene tells ours.
        void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags[0].Key == "scene" && (string?)tags[0].Value == scene.Name)
            {
                string key = instrument.Name;
                foreach (KeyValuePair<string, object?> tag in tags[1..])
                {
                    key += string.Create(CultureInfo.InvariantCulture, $" {tag.Key}={tag.Value}");
                }

                seen[key] = value;
                if (!published.Contains(instrument))
                {
                    published.Add(instrument);
                }
            }
        }
    }
}
