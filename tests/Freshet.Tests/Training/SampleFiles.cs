using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Samples;
using Freshet.Samples.Files;
using Freshet.Scenes;
using Freshet.Tests.Samples;
using Freshet.Training;

namespace Freshet.Tests.Training;

/// <summary>Sample files of a drawn log over three days, and the same samples in memory.</summary>
/// <remarks>
/// 300 impressions at times of their own, most in order, some late by hours; clicks, watches and repeats; a commit every five
/// hours; row groups of 7. What a test reads from files must be what the table holds.
/// </remarks>
internal sealed class SampleFiles : IDisposable
{
    public const int Impressions = 300;
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("freshet-batches-");
    private readonly Joiner _joiner;
    private readonly Random _random;

    public SampleFiles(AttributionMode mode = AttributionMode.Cumulative, string zone = "UTC", int seed = 1)
    {
        _random = new Random(seed);
        Scene = Create(mode, zone);
        _joiner = new Joiner(Scene);
        Table = new SampleTable(Scene, keepImpressions: true);
        Folder = new SampleFolder(_root.FullName, Scene, rowsPerGroup: 7);
        Write();
    }

    public Scene Scene { get; }

    public SampleTable Table { get; }

    public SampleFolder Folder { get; }

    /// <summary>The newest cutoff.</summary>
    public long Cutoff { get; private set; }

    public string Root => Path.Combine(_root.FullName, Scene.Name);

    public void Dispose() => _root.Delete(recursive: true);

    /// <summary>The samples of a span in order of shown_at, from memory.</summary>
    public SampleList InMemory(long after = long.MinValue, long before = long.MaxValue)
    {
        var samples = new SampleList(Table.Features.Schema);
        SampleWindow.Select(Table, after, before, samples);
        return samples;
    }

    private static Scene Create(AttributionMode mode, string zone) => SceneFile.Parse(
        $$"""
        scene: files
        time_zone: {{zone}}
        behaviours:
          click: { from: click, window: 20m }
          watch30: { from: watch, when: "sum(value) >= 30", after: click, window: 1h }
        regressions:
          seconds: { of: watch }
          tips: { of: tip, absent: zero }
        slots:
          item: { source: item }
          tags: { source: impression.tags }
        dense: { close: { source: closeness }, day: { source: time.day_fraction } }
        history: { length: 5, behaviours: [click], item_slot: item }
        attribution: { mode: {{mode.ToString().ToLowerInvariant()}}, max_skew: 30d, retain_days: 9 }
        model: { name: esmm, dim: 4, layers: [8, 4], seed: 5 }
        training: { batch: 8 }
        """,
        "files");

    private void Write()
    {
        List<(long Arrival, Line Line)> log = [];
        for (int i = 0; i < Impressions; i++)
        {
            // Unique times: samples of one time may stand in another order in files than in memory in window mode.
            long at = TestScene.FirstMay + (i * 14 * TestScene.Minute) + _random.Next(60_000);
            long delay = _random.Next(20) == 0 ? _random.Next(6) * TestScene.Hour : _random.Next(100);
            log.Add((at + delay, Line.Impression($"i{i}", at, $"u{i % 9}", $"r{i}", $"h{i % 13}")));
            Add(i, "click", $"c{i}", 3, 10 * TestScene.Minute);
            Add(i, "watch", $"w{i}", 4, TestScene.Hour, _random.Next(60));
            Add(i, "tip", $"t{i}", 6, TestScene.Hour, _random.NextDouble());
            Add(i, "impression", $"again{i}", 9, 5 * TestScene.Hour);

            void Add(int number, string type, string id, int oneIn, long latest, double value = double.NaN)
            {
                if (_random.Next(oneIn) == 0)
                {
                    long later = at + _random.NextInt64(1, latest);
                    log.Add((later + _random.Next(1_000), new Line(type, id, later, $"u{number % 9}", $"r{number}", $"h{number % 13}", value)));
                }
            }
        }

        long cutoff = TestScene.FirstMay + (5 * TestScene.Hour);
        foreach ((long arrival, Line line) in log.OrderBy(pair => pair.Arrival).ThenBy(pair => pair.Line.Id, StringComparer.Ordinal))
        {
            for (; arrival > cutoff; cutoff += 5 * TestScene.Hour)
            {
                Commit(cutoff);
            }

            BehaviourEvent e = line.ToEvent();
            _joiner.Add(e, _joiner.WantsSnapshot(e) ? Snapshot(e) : -1);
        }

        Commit(cutoff);
    }

    private void Commit(long cutoff)
    {
        _joiner.Cut(cutoff, Table);
        Folder.Commit(cutoff, Table);
        Cutoff = cutoff;
    }

    private int Snapshot(BehaviourEvent e)
    {
        Table.Features.BeginRow()[0] = _random.NextSingle();
        Table.Features.AddId((ulong)_random.NextInt64(90) * 0x9e3779b97f4a7c15); // some come again and again
        Table.Features.EndSlot();
        for (int i = _random.Next(4); i > 0; i--)
        {
            Table.Features.AddId((ulong)_random.Next(50));
        }

        Table.Features.EndSlot();
        for (int i = _random.Next(6); i > 0; i--)
        {
            Table.Features.AddHistory((ulong)_random.Next(50), 0, e.At - i);
        }

        Table.Impressions!.Add(e);
        return Table.Features.EndRow((ulong)_random.Next(9), 7);
    }
}
