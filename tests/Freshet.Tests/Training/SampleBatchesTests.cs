using CsCheck;
using Freshet.Core.Samples;
using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Samples.Files;
using Freshet.Scenes;
using Freshet.Tests.Samples;
using Freshet.Training;

namespace Freshet.Tests.Training;

/// <summary>Reading from files gives what is in memory, batch by batch, whatever the cuts. CsCheck prints the seed of a failure.</summary>
public sealed class SampleBatchesTests : IClassFixture<SampleBatchesTests.Logs>
{
    private static readonly Gen<long> s_time = Gen.OneOf(
        Gen.Const(long.MinValue), Gen.Const(long.MaxValue), Gen.Long[0, 74].Select(hour => TestScene.FirstMay + (hour * TestScene.Hour)));

    private readonly SampleFiles[] _logs;

    public SampleBatchesTests(Logs logs) => _logs = logs.All;

    private SampleFiles Log => _logs[0];

    [Fact]
    public void A_reader_gives_every_sample_of_the_table_once_in_order_with_all_that_belongs_to_it() =>
        Gen.Select(Gen.Int[0, 2], s_time, s_time).Sample((number, after, before) =>
        {
            SampleFiles log = _logs[number];
            SampleList expected = log.InMemory(after, before);
            var features = new SnapshotColumns(log.Table.Features.Schema);
            using SampleReader reader = log.Folder.ReadInOrder(log.Cutoff, after, before);
            int count = 0;
            for (; reader.MoveNext(); count++)
            {
                LabelledSample sample = expected.Samples[count];
                Assert.Equal(sample with { Row = -1 }, reader.Sample);
                Assert.Equal(expected.Targets(count).ToArray(), reader.Targets.ToArray());
                AssertSameRow(log.Table.Features, sample.Row, features, reader.AppendSnapshot(features));
            }

            Assert.Equal(expected.Count, count);
            Assert.False(reader.MoveNext());
            Assert.Equal(expected.Samples.ToArray().Select(sample => sample.ShownAt).DefaultIfEmpty(long.MinValue).Max(), reader.Newest);
        }, iter: 20);

    [Fact]
    public void A_filter_leaves_samples_out_and_the_newest_of_all_is_known_at_the_end()
    {
        SampleList all = Log.InMemory();
        using SampleReader reader = Log.Folder.ReadInOrder(Log.Cutoff, filter: (in LabelledSample sample) => sample.Has(0));
        List<ulong> clicked = [];

        while (reader.MoveNext())
        {
            clicked.Add(reader.Sample.Identity);
        }

        Assert.Equal(all.Samples.ToArray().Where(sample => sample.Has(0)).Select(sample => sample.Identity), clicked);
        Assert.Equal(all.Samples[^1].ShownAt, reader.Newest);
    }

    [Fact]
    public void Row_groups_are_let_go_after_their_last_sample()
    {
        var features = new SnapshotColumns(Log.Table.Features.Schema);
        using SampleReader reader = Log.Folder.ReadInOrder(Log.Cutoff);
        while (reader.MoveNext())
        {
            reader.AppendSnapshot(features);
        }

        // An hour's impressions came before one cutoff, before the next, and late: three files, of the 70 hours' more than 70.
        Assert.InRange(Log.Folder.Manifest(Log.Cutoff).Features.Count, 70, 300);
        Assert.InRange(reader.BlockCount, 1, 3);
    }

    [Fact]
    public void Batches_are_those_that_memory_gives_for_every_batch_size_window_seed_epoch_and_read_ahead() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[1, 70], Gen.OneOfConst(0, 1, 2, 13, 100, 1_000), Gen.Int[1, 3], Gen.Int[0, 2], Gen.OneOfConst(1, 20, 100_000), Gen.OneOfConst(1, 0.6), s_time)
            .Sample((number, batchSize, window, seed, epoch, readAhead, kept, after) =>
            {
                SampleFiles log = _logs[number];
                Scene scene = log.Scene with
                {
                    Model = log.Scene.Model with { Seed = (ulong)seed },
                    Training = log.Scene.Training with { BatchSize = batchSize, ShuffleWindow = window, NegativesKept = kept },
                };
                List<int> order = Order(scene, log.InMemory(after), epoch);
                SampleList samples = log.InMemory(after);
                using var batches = new SampleBatches(log.Folder, scene, log.Cutoff, after, long.MaxValue, LearnPhase.Base, epoch, readAhead);

                int at = 0;
                while (batches.Next())
                {
                    Assert.Equal(Math.Min(batchSize, order.Count - at), batches.Current.Count);
                    AssertSame(log.Table.Features, samples, order.GetRange(at, batches.Current.Count), batches.Current);
                    at += batches.Current.Count;
                    Assert.Equal(order[..at].Max(i => samples.Samples[i].ShownAt), batches.Newest);
                }

                Assert.Equal(order.Count, at);
                Assert.Equal(samples.Count == 0 ? long.MinValue : samples.Samples[^1].ShownAt, batches.Newest);
                Assert.False(batches.Next());
            }, iter: 30);

    [Fact]
    public void An_increment_is_not_shuffled()
    {
        Scene scene = Log.Scene with { Training = Log.Scene.Training with { ShuffleWindow = 50 } };
        SampleList samples = Log.InMemory();
        using var batches = new SampleBatches(Log.Folder, scene, Log.Cutoff, long.MinValue, long.MaxValue, LearnPhase.Increment);

        Assert.True(batches.Next());

        AssertSame(Log.Table.Features, samples, [.. Enumerable.Range(0, 8)], batches.Current);
    }

    [Fact]
    public void A_base_and_its_increment_from_files_equal_those_from_memory_bit_for_bit()
    {
        Scene scene = Log.Scene with
        {
            Training = Log.Scene.Training with { BaseEpochs = 2, ShuffleWindow = 40, NegativesKept = 0.7, BaseWindow = TimeSpan.FromDays(2) },
        };
        var trainer = new Trainer(scene);
        long cutoff = Log.Cutoff;
        using TemporaryModels models = new(
            trainer.TrainBase(Log.Table, cutoff, null), trainer.TrainBase(Log.Folder, cutoff, null));

        Assert.Equal(models.Bytes(0), models.Bytes(1));
        Assert.Equal((models[0].Samples, models[0].Watermark), (models[1].Samples, models[1].Watermark));

        using TemporaryModels increments = new(new TrainedModel(RankingModel.Create(scene)), new TrainedModel(RankingModel.Create(scene)));
        Assert.Equal(trainer.TrainIncrement(increments[0], Log.Table, cutoff), trainer.TrainIncrement(increments[1], Log.Folder, cutoff));
        Assert.Equal(increments.Bytes(0), increments.Bytes(1));
    }

    /// <summary>Counted ahead, a base admits exactly the ids that reach the threshold in its window, from memory as from files.</summary>
    [Fact]
    public void A_base_that_is_counted_ahead_admits_what_an_offline_count_admits()
    {
        var admission = new AdmissionOptions { Count = AdmissionCount.Batch, Full = 5, Incremental = 3 };
        Scene scene = Log.Scene with
        {
            Slots = [.. Log.Scene.Slots.Select(slot => slot with { Admission = admission })],
            Training = Log.Scene.Training with { BaseEpochs = 2 },
        };
        var trainer = new Trainer(scene);
        using TemporaryModels models = new(trainer.TrainBase(Log.Table, Log.Cutoff, null), trainer.TrainBase(Log.Folder, Log.Cutoff, null));
        var expected = new HashSet<ulong>();
        foreach (IGrouping<ulong, ulong> id in Log.InMemory().Samples.ToArray().SelectMany(sample => Log.Table.Features.Ids(sample.Row, 0).ToArray()).GroupBy(id => id))
        {
            // A second epoch sights nothing again.
            Assert.Equal(id.Count() >= 5 ? 0 : id.Count(), models[0].Model.TableOf(0).SightingsOf(id.Key));
            _ = id.Count() >= 5 && expected.Add(id.Key);
        }

        Assert.NotEmpty(expected);
        Assert.Equal(expected.Order(), Enumerable.Range(0, models[0].Model.TableOf(0).Count).Select(models[0].Model.TableOf(0).IdOf).Order());
        Assert.Equal(models.Bytes(0), models.Bytes(1));
        Assert.Null(models[0].Model.RunCounts);
    }

    [Theory]
    [InlineData("labels", "truncated", "has ")]
    [InlineData("labels", "missing", "cannot be read: ")]
    [InlineData("features", "truncated", "has ")]
    [InlineData("features", "flipped", "has ")]
    [InlineData("features", "missing", "cannot be read: ")]
    public void A_damaged_file_is_named_with_the_remedy_after_the_batches_before_it(string kind, string damage, string expected)
    {
        using var log = new SampleFiles(seed: 4);
        // Of the last day, so that the first batches can be read.
        ManifestEntry entry = (kind == "labels" ? log.Folder.Manifest(log.Cutoff).Labels : log.Folder.Manifest(log.Cutoff).Features)
            .OrderBy(entry => entry.Path.Split('/')[1] + entry.Path.Split('/')[2], StringComparer.Ordinal).Last();
        string path = Path.Combine(log.Root, entry.Path);
        SampleFileDamage.Do(path, damage);
        using var batches = new SampleBatches(log.Folder, log.Scene, log.Cutoff, long.MinValue, long.MaxValue, LearnPhase.Base);

        int count = 0;
        var failure = Assert.Throws<SampleFileException>(() =>
        {
            while (batches.Next())
            {
                count += batches.Current.Count;
            }
        });

        Assert.InRange(count, 100, SampleFiles.Impressions - 1);
        Assert.StartsWith($"Sample file '{path}' {expected}", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("estore the file or join again into an empty folder.", failure.Message, StringComparison.Ordinal);
        Assert.False(batches.Next());
    }

    [Fact]
    public void A_file_that_is_as_its_manifest_says_and_still_no_Parquet_is_named()
    {
        using var log = new SampleFiles(seed: 4);
        ManifestEntry entry = log.Folder.Manifest(log.Cutoff).Labels[0];
        string path = Path.Combine(log.Root, entry.Path);
        byte[] content = [.. Enumerable.Repeat((byte)'x', 100)];
        File.WriteAllBytes(path, content);
        Rewrite(log, manifest => manifest with
        {
            Labels = [entry with { Bytes = 100, Checksum = SampleManifest.Sum(content) }, .. manifest.Labels.Skip(1)],
        });
        using var batches = new SampleBatches(log.Folder, log.Scene, log.Cutoff, long.MinValue, long.MaxValue, LearnPhase.Base);

        var failure = Assert.Throws<SampleFileException>(() => batches.Next());

        Assert.StartsWith($"Sample file '{path}' cannot be read: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Parquet_file_of_something_else_is_named_with_what_it_lacks()
    {
        using var log = new SampleFiles(seed: 4);
        ManifestEntry entry = log.Folder.Manifest(log.Cutoff).Labels[0];
        string path = Path.Combine(log.Root, entry.Path);
        byte[] content = ParquetEncoding.Encode([new ScalarColumn<int>("other", row => row)], [1, 2, 3]);
        File.WriteAllBytes(path, content);
        Rewrite(log, manifest => manifest with
        {
            Labels = [entry with { Bytes = content.Length, Checksum = SampleManifest.Sum(content) }, .. manifest.Labels.Skip(1)],
        });
        using SampleReader reader = log.Folder.ReadInOrder(log.Cutoff);

        var failure = Assert.Throws<SampleFileException>(() => reader.MoveNext());

        Assert.Equal($"File '{path}' has no column 'identity_high', so it is no sample file. Use a folder that Freshet wrote.", failure.Message);
    }

    [Fact]
    public void A_label_without_its_snapshot_is_named_with_the_remedy()
    {
        using var log = new SampleFiles(seed: 4);
        Rewrite(log, manifest => manifest with { Features = [.. manifest.Features.Skip(1)] });
        using SampleReader reader = log.Folder.ReadInOrder(log.Cutoff);

        var failure = Assert.Throws<SampleFileException>(() =>
        {
            while (reader.MoveNext())
            {
            }
        });

        Assert.Matches(
            $"^Cutoff {log.Cutoff} of '{log.Root}' has a label in the labels of 2022-05-01 for snapshot '[0-9a-f]{{48}}', and no feature file with it. The cutoff cannot be read; join again into an empty folder.$",
            failure.Message);
    }

    [Fact]
    public void A_cutoff_that_is_not_there_is_named_at_once()
    {
        var failure = Assert.Throws<SampleFileException>(
            () => new SampleBatches(Log.Folder, Log.Scene, 5, long.MinValue, long.MaxValue, LearnPhase.Base));

        Assert.Contains("5.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_immediate_mode_come_back_as_they_left_and_are_not_learnt_from_files()
    {
        using var log = new SampleFiles(AttributionMode.Immediate);

        foreach (DateOnly date in log.Folder.Days)
        {
            Assert.Equal(
                log.Table.Find(date)!.Samples.ToArray().Select(row => row with { Row = 0 }),
                log.Folder.Load(log.Cutoff, date).Find(date)!.Samples.ToArray().Select(row => row with { Row = 0 }));
        }

        Assert.Contains(log.Table.Days, date => log.Table.Day(date).ToArray().Any(row => row.Kind == EmissionKind.Positive));
        var failure = Assert.Throws<ArgumentException>(
            () => new SampleBatches(log.Folder, log.Scene, log.Cutoff, long.MinValue, long.MaxValue, LearnPhase.Base));
        Assert.StartsWith(
            "Scene 'files' has attribution mode 'immediate', and batches are read from files in order of shown_at, which would lose late labels. " +
            "Nothing was read; train from a table in memory.",
            failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelled_reading_ends_at_the_next_batch()
    {
        using var cancellation = new CancellationTokenSource();
        using var batches = new SampleBatches(
            Log.Folder, Log.Scene, Log.Cutoff, long.MinValue, long.MaxValue, LearnPhase.Base, readAhead: 1, cancellation: cancellation.Token);
        Assert.True(batches.Next());

        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() => batches.Next());
    }

    [Fact]
    public void Batches_that_nobody_wants_any_more_are_let_go()
    {
        var batches = new SampleBatches(Log.Folder, Log.Scene, Log.Cutoff, long.MinValue, long.MaxValue, LearnPhase.Base, readAhead: 1);
        Assert.True(batches.Next());

        batches.Dispose(); // joins its thread
        batches.Dispose();

        Assert.Throws<ObjectDisposedException>(() => batches.Next());
    }

    [Fact]
    public void There_is_no_batch_before_the_first_and_after_the_last()
    {
        using var batches = new SampleBatches(Log.Folder, Log.Scene, Log.Cutoff, long.MaxValue - 1, long.MaxValue, LearnPhase.Base);

        Assert.Equal(
            "There is no batch here. Call Next; where it returned false, there are no more.", Assert.Throws<InvalidOperationException>(() => batches.Current).Message);
        Assert.False(batches.Next());
        Assert.Throws<InvalidOperationException>(() => batches.Current);
    }

    [Fact]
    public void A_consumer_allocates_nothing_while_it_takes_batches()
    {
        Scene scene = Log.Scene with { Training = Log.Scene.Training with { BatchSize = 2 } };
        using var batches = new SampleBatches(Log.Folder, scene, Log.Cutoff, long.MinValue, long.MaxValue, LearnPhase.Base);
        int samples = 0;

        long allocated = Allocation.Of(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                Assert.True(batches.Next());
                samples += batches.Current.Count;
            }
        });

        Assert.Equal(0, allocated);
        Assert.Equal(6 * 20 * 2, samples);
    }

    private static List<int> Order(Scene scene, SampleList samples, int epoch)
    {
        var negatives = new NegativeSampling(scene);
        var shuffle = new WindowShuffle(scene);
        int[] kept = [.. Enumerable.Range(0, samples.Count).Where(i => negatives.Keeps(samples.Samples[i]))];
        List<int> order = [];
        foreach ((int index, int[] window) in kept.Chunk(shuffle.Window).Index())
        {
            if (shuffle.Window > 1)
            {
                shuffle.Shuffle(window, epoch, index);
            }

            order.AddRange(window);
        }

        return order;
    }

    private static void AssertSame(SnapshotColumns features, SampleList samples, List<int> order, LearnBatch batch)
    {
        for (int i = 0; i < order.Count; i++)
        {
            LabelledSample sample = samples.Samples[order[i]];
            AssertSameRow(features, sample.Row, batch.Features, i);
            Assert.Equal([sample.Has(0) ? 1 : 0, sample.Has(1) ? 1 : 0], batch.Labels.Slice(2 * i, 2).ToArray());
            Assert.Equal(samples.Targets(order[i]).ToArray(), batch.Targets.Slice(2 * i, 2).ToArray());
        }

        Assert.True(batch.Weights.IsEmpty);
    }

    private static void AssertSameRow(SnapshotColumns expected, int row, SnapshotColumns actual, int other)
    {
        for (int slot = 0; slot < expected.Schema.Slots.Count; slot++)
        {
            Assert.Equal(expected.Ids(row, slot), actual.Ids(other, slot));
        }

        Assert.Equal(expected.Dense(row), actual.Dense(other));
        Assert.Equal(expected.HistoryItems(row), actual.HistoryItems(other));
        Assert.Equal(expected.HistoryBehaviours(row), actual.HistoryBehaviours(other));
        Assert.Equal(expected.HistoryTimes(row), actual.HistoryTimes(other));
        Assert.Equal((expected.BiasId(row), expected.ReferenceBiasId(row)), (actual.BiasId(other), actual.ReferenceBiasId(other)));
    }

    private static void Rewrite(SampleFiles log, Func<SampleManifest, SampleManifest> change) => File.WriteAllBytes(
        Path.Combine(log.Root, "manifests", $"{log.Cutoff}.json"), change(log.Folder.Manifest(log.Cutoff)).Encode());

    /// <summary>The files that the tests read: cumulative, window, and cumulative in a zone whose day begins elsewhere.</summary>
    public sealed class Logs : IDisposable
    {
        internal SampleFiles[] All { get; } =
            [new(), new(AttributionMode.Window, seed: 2), new(zone: "Asia/Kathmandu", seed: 3)];

        public void Dispose() => Array.ForEach(All, log => log.Dispose());
    }

    private sealed class TemporaryModels(params TrainedModel[] models) : IDisposable
    {
        public TrainedModel this[int index] => models[index];

        public byte[] Bytes(int index)
        {
            using var stream = new MemoryStream();
            models[index].Model.Save(stream);
            return stream.ToArray();
        }

        public void Dispose() => Array.ForEach(models, model => model.Model.Dispose());
    }
}
