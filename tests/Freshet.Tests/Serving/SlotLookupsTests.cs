using System.Diagnostics.Metrics;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Core.Versions;
using Freshet.Features;
using Freshet.Models;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Serving;
using Freshet.Storage.Models;
using Freshet.Sync;
using Freshet.Tests.Architecture;
using Freshet.Tests.Training;
using Freshet.Training;

namespace Freshet.Tests.Serving;

public sealed class SlotLookupsTests
{
    private const int User = 0;
    private const int Item = 1;
    private readonly Scene _scene = TinyScene.Of() with { Name = $"lookups-{Guid.NewGuid():N}" };

    [Fact]
    public void An_id_admitted_in_one_increment_has_a_row_in_the_next_published_version()
    {
        string folder = Directory.CreateTempSubdirectory("freshet-lookups-").FullName;
        try
        {
            var store = new ModelFolder(folder);
            var publisher = new SnapshotPublisher(_scene, store);
            using var live = new LiveModel(_scene, store);
            var trainer = new Trainer(_scene);
            SampleTable table = TinyScene.Samples(_scene, 9);   // items i0 to i9 but i7: 3 · 9 mod 10
            long baseEnd = TinyScene.Start + (9 * TinyScene.Minute);
            TrainedModel model = trainer.TrainBase(table, baseEnd, null);
            live.Swap(publisher.Publish(model.Model, VersionKind.Base, 0, model.Watermark, model.Samples));
            (long before, long asked) = Unknown(live.Current!.Model);

            int learnt = trainer.TrainIncrement(model, TinyScene.Samples(_scene, 10), baseEnd + TinyScene.Minute);
            live.Swap(publisher.Publish(model.Model, VersionKind.Increment, 1, model.Watermark, model.Samples));
            (long after, long askedAgain) = Unknown(live.Current!.Model);

            Assert.Equal(1, learnt);
            Assert.Equal((10, 10), (asked, askedAgain));
            Assert.Equal((1, 0), (before, after));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Requests_add_up_and_a_cleared_count_begins_anew()
    {
        var ranker = new Ranker(_scene);
        using RankingModel model = RankingModel.Create(_scene);

        Rank(ranker, model);
        Rank(ranker, model);

        Assert.Equal((20, 20), (ranker.Lookups.Of(Item), ranker.Lookups.WithoutRow(Item)));
        Assert.Equal(2, ranker.Lookups.SlotCount);
        Assert.Equal(0, ranker.Lookups.Of(2));
        Assert.True(ranker.Lookups.Of(User) is >= 2 and <= 20);
        ranker.Lookups.Clear();
        Assert.Equal((0, 0), (ranker.Lookups.Of(Item), ranker.Lookups.WithoutRow(Item)));
    }

    [Fact]
    public void The_meter_adds_rankers_up_and_its_page_names_the_instruments()
    {
        Ranker one = new(_scene), other = new(_scene);
        using RankingModel model = RankingModel.Create(_scene);
        Rank(one, model);
        Rank(other, model);
        Dictionary<string, long> seen = [];
        using var metrics = new RankingMetrics(_scene, [one.Lookups, other.Lookups]);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == RankingMetrics.MeterName)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            // Other tests of this process may have meters of the same name: the scene tells ours.
            if ((string?)tags[0].Value == _scene.Name)
            {
                seen[$"{instrument.Name} {tags[1].Value}"] = value;
            }
        });
        listener.Start();

        listener.RecordObservableInstruments();

        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md"));
        Assert.Equal(4, seen.Count);
        Assert.Equal((20, 20), (seen["freshet.rank.lookups item"], seen["freshet.rank.lookups_without_row item"]));
        Assert.All(seen.Keys, key => Assert.Contains($"| `{key.Split(' ')[0]}` |", page, StringComparison.Ordinal));
    }

    private (long WithoutRow, long Lookups) Unknown(RankingModel model)
    {
        var ranker = new Ranker(_scene);
        Rank(ranker, model);
        return (ranker.Lookups.WithoutRow(Item), ranker.Lookups.Of(Item));
    }

    /// <summary>Items i0 to i9 for one user.</summary>
    private void Rank(Ranker ranker, RankingModel model)
    {
        var features = new FeatureStage(_scene);
        var columns = new SnapshotColumns(features.Schema);
        for (int item = 0; item < 10; item++)
        {
            BehaviourEvent candidate = TinyScene.Impression(1_000);
            candidate.Set(EventText.ItemId, $"i{item}");
            features.Snapshot(candidate, EventTime.OfRequest(candidate.At, features.Now), columns);
        }

        ranker.Rank(model, columns, 1, new float[10], new int[10]);
    }
}
