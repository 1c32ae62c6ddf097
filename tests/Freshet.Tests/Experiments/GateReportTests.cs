using System.Diagnostics.Metrics;
using System.Globalization;
using Freshet.Core.Events;
using Freshet.Core.Versions;
using Freshet.Experiments;
using Freshet.Experiments.Reports;
using Freshet.Scenes;
using Freshet.Simulation;
using Freshet.Storage.Models;
using Freshet.Sync;
using Freshet.Tests.Architecture;
using Freshet.Training.Gates;

namespace Freshet.Tests.Experiments;

/// <summary>One refusal, and every place where somebody would look for it.</summary>
public sealed class GateReportTests : IDisposable
{
    private const long Minute = 60_000;
    private static readonly long s_dead = new DateTimeOffset(2026, 3, 3, 20, 5, 0, TimeSpan.FromHours(8)).ToUnixTimeMilliseconds();
    private readonly string _folder = Directory.CreateTempSubdirectory("freshet-gates-").FullName;
    private readonly List<string> _log = [];
    private readonly List<Instrument> _instruments = [];
    private readonly SortedDictionary<string, double> _seen = new(StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_refusal_is_in_the_manifests_the_file_the_log_the_metrics_and_the_report()
    {
        ArmReport arm = Run();
        Assert.NotEmpty(arm.Refusals);

        Assert.Equal(arm.Refusals.Select(refusal => refusal.ToJson()), File.ReadAllLines(Path.Combine(_folder, "15m", "refused.ndjson")));
        Assert.Equal(arm.Refusals.Select(refusal => $"Arm '15m': {refusal}"), _log);
        Assert.Equal(arm.Refusals.Count, _seen["freshet.sync.refused arm=15m gate=positive_rate"]);
        Assert.Equal(arm.Publishes, _seen["freshet.sync.published arm=15m"]);
        Assert.Equal(arm.Unchanged, _seen["freshet.sync.unchanged arm=15m"]);
        Assert.Equal(1, _seen["freshet.sync.quarantined"]);
        Assert.Equal(23.75 * 3600, _seen["freshet.sync.base_age"]);
        Assert.InRange(_seen["freshet.sync.gate arm=15m gate=positive_rate task=click"], 0.01, 0.5);
        Assert.True(arm.Gates.Single(gate => gate.Gate == GateNames.PositiveRate).Refused >= 1);
        RequireManifest();
    }

    [Fact]
    public void A_line_of_the_file_says_what_was_refused_why_and_what_stayed_live()
    {
        var refusal = new Refusal(VersionKind.Increment, 1_000, "0000000007-20260303T115000", [GateJudge.BaseAge(TimeSpan.FromHours(80), TimeSpan.FromHours(72))]);

        Assert.Equal(
            """{"kind":"increment","cutoff":1000,"live":"0000000007-20260303T115000","gates":[{"name":"base_age","task":null,"value":80,"lower":null,"upper":72,"verdict":"refused","sentence":"The base was trained 80 h before, the limit training.base.max_age is 72 h. Nothing is learnt until there is a new base: see why the last ones were refused or had no samples."}]}""",
            refusal.ToJson());
    }

    [Fact]
    public void The_page_on_metrics_names_every_instrument_with_its_unit()
    {
        using MeterListener listener = Listen("none");
        GateMetrics.Quarantined(SmallPlatform.Scene, 0);
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md"));

        Assert.Equal(6, _instruments.Count);
        Assert.All(_instruments, instrument =>
        {
            string row = page.Split('\n').Single(line => line.StartsWith($"| `{instrument.Name}`", StringComparison.Ordinal));
            Assert.Contains($"| `{instrument.Unit}` |", row, StringComparison.Ordinal);
            Assert.False(string.IsNullOrEmpty(instrument.Description));
        });
    }

    /// <summary>The last version that was published has every gate, with value and limits where it could be judged.</summary>
    private void RequireManifest()
    {
        var store = new ModelFolder(Path.Combine(_folder, "15m"));
        ModelVersion last = store.List()[^1];
        IReadOnlyList<GateResult> gates = ModelManifest.FromJson(store.ReadManifest(last))!.Gates;
        Assert.Equal(
            [GateNames.BaseAge, GateNames.Finite, GateNames.LogLoss, GateNames.Pcoc, GateNames.PositiveRate, GateNames.Surprise, GateNames.Volume],
            gates.Select(gate => gate.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.DoesNotContain(gates, gate => gate.Verdict == GateVerdict.Refused);
        Assert.All(gates, gate => Assert.False(string.IsNullOrEmpty(gate.Sentence)));
        GateResult volume = gates.Single(gate => gate.Name == GateNames.Volume), age = gates.Single(gate => gate.Name == GateNames.BaseAge);
        Assert.InRange(volume.Value!.Value, volume.Lower!.Value, volume.Upper!.Value);
        Assert.Equal((23.75, 72), (age.Value, age.Upper));
        foreach (string name in new[] { GateNames.PositiveRate, GateNames.Pcoc, GateNames.Surprise })
        {
            GateResult click = gates.Single(gate => gate.Name == name && gate.Task == "click");
            Assert.True(click is { Value: not null, Upper: not null }, click.ToString());
        }
    }

    private ArmReport Run()
    {
        Scene scene = SmallPlatform.Scene with
        {
            Name = $"gates-{Guid.NewGuid():N}",
            Model = SmallPlatform.Scene.Model with { Name = "lr" },
        };
        using MeterListener listener = Listen(scene.Name);
        IEnumerable<BehaviourEvent> log = SmallPlatform.Log(new PlatformOptions { Seed = 1, Days = 2, RequestsPerDay = 5_000 })
            .Where(e => !(e.At >= s_dead && e.At < s_dead + (20 * Minute) && !e.Type.SequenceEqual("impression"u8)))
            .Where(e => Math.Max(e.At, e.ReceivedAt) < s_dead + (234 * Minute)); // to 23:59
        return Replay.Run(
            scene, new SmallPlatform.Source(log), SmallPlatform.Loop(_folder, "15m") with { Warn = _log.Add }, TimeProvider.System).Arms[0];
    }

    /// <summary>Counters are summed, of gauges the last value stays; of this scene only, since the meter is shared by the process.</summary>
    private MeterListener Listen(string scene)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == GateMetrics.MeterName)
                {
                    _instruments.Add(instrument);
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(scene, instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(scene, instrument, value, tags));
        listener.Start();
        return listener;
    }

    private void Add(string scene, Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags[0].Value as string == scene)
        {
            string name = instrument.Name;
            foreach ((string key, object? tag) in tags[1..])
            {
                name += string.Create(CultureInfo.InvariantCulture, $" {key}={tag}");
            }

            _seen[name] = value + (instrument is Counter<long> ? _seen.GetValueOrDefault(name) : 0);
        }
    }
}
