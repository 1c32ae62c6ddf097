using CsCheck;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Features;
using Freshet.Models;
using Freshet.Models.Threads;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Training;

namespace Freshet.Tests.Training;

/// <summary>Streaming is one pass of increments that go on from each other, whatever happens between its moments.</summary>
public sealed class StreamingTrainerTests
{
    private const long Minute = TinyScene.Minute, Start = TinyScene.Start;
    private const int MinAge = 10, BaseMinutes = 64;

    [Theory]
    [InlineData("lr")]
    [InlineData("esmm")]
    [InlineData("esmm-dfm-dmr")]
    public void Streaming_equals_one_pass_over_the_same_batches_bit_for_bit(string model)
    {
        Scene scene = Scene(model);
        var log = new Log(scene);
        TrainedModel start = log.Base(BaseMinutes);
        using var stream = new StreamingTrainer(scene, WorkerTeam.Alone);
        stream.Restart(start);
        long end = Start + (200 * Minute);
        int moments = 0;

        // Four impressions a moment, and batches of four.
        for (int minute = BaseMinutes + 4; minute <= 200; minute += 4)
        {
            Assert.Equal(4, stream.Learn(log.Until(minute), Start + (minute * Minute)));
            stream.Keep();
            moments++;
        }

        TrainedModel onePass = Copy(scene, start);
        Assert.Equal(4 * moments, new Trainer(scene).TrainIncrement(onePass, log.Until(200), end));
        Assert.Equal(Bytes(onePass), Bytes(stream.Model));
        Assert.Equal((onePass.Samples, onePass.Watermark, onePass.LearntUntil), (stream.Model.Samples, stream.Model.Watermark, stream.Model.LearntUntil));
    }

    [Fact]
    public void Whenever_moments_come_each_sample_is_learnt_once_and_a_stop_in_between_changes_no_bit() =>
        Gen.Select(Gen.Int[1, 1_000_000], Gen.OneOfConst("lr", "esmm")).Sample(
            (seed, model) =>
            {
                var random = new Random(seed);
                Scene scene = Scene(model);
                var log = new Log(scene);
                TrainedModel start = log.Base(BaseMinutes), expected = Copy(scene, start);
                var trainer = new Trainer(scene);
                var stream = new StreamingTrainer(scene);
                stream.Restart(start);
                int learnt = 0;
                for (int minute = BaseMinutes; minute < 300; minute += random.Next(0, 23))
                {
                    SampleTable table = log.Until(minute);
                    long cutoff = Start + (minute * Minute);
                    learnt += stream.Learn(table, cutoff);
                    _ = trainer.TrainIncrement(expected, table, cutoff);
                    if (random.Next(3) == 0)
                    {
                        stream = Resume(scene, stream);
                    }
                }

                Assert.Equal(learnt, stream.Model.Samples - start.Samples);
                Assert.Equal((stream.Model.LearntUntil - start.LearntUntil) / Minute, learnt); // one a minute
                Assert.Equal(Bytes(expected), Bytes(stream.Model));
                stream.Dispose();
            },
            iter: 10, threads: 1);

    [Fact]
    public void A_label_that_changes_after_it_was_learnt_changes_nothing_until_the_next_base()
    {
        Scene scene = Scene("esmm");
        var log = new Log(scene);
        TrainedModel start = log.Base(BaseMinutes);
        using var stream = new StreamingTrainer(scene);
        stream.Restart(start);
        _ = stream.Learn(log.Until(100), Start + (100 * Minute));
        byte[] before = Bytes(stream.Model);

        log.Click(75); // learnt without it

        Assert.Equal(0, stream.Learn(log.Until(100), Start + (100 * Minute)));
        Assert.Equal(before, Bytes(stream.Model));
        TrainedModel next = log.Base(100);
        stream.Restart(next);
        Assert.Equal(Bytes(next), Bytes(stream.Model));
        Assert.True(stream.ComesFrom(next));
        Assert.False(stream.ComesFrom(start));
        Assert.NotEqual(before, Bytes(stream.Model));
    }

    [Fact]
    public void What_is_undone_is_passed_and_leaves_no_trace()
    {
        Scene scene = Scene("esmm");
        var log = new Log(scene);
        TrainedModel start = log.Base(BaseMinutes);
        using StreamingTrainer stream = new(scene), other = new(scene);
        stream.Restart(start);
        other.Restart(start);
        _ = stream.Learn(log.Until(90), Start + (90 * Minute));
        stream.Keep();
        byte[] kept = Bytes(stream.Model);

        Assert.Equal(10, stream.Learn(log.Until(100), Start + (100 * Minute)));
        stream.Undo();

        Assert.Equal(kept, Bytes(stream.Model));
        Assert.Equal(Start + ((100 - MinAge) * Minute), stream.Model.LearntUntil);
        Assert.Equal(5, stream.Learn(log.Until(105), Start + (105 * Minute)));

        // The same as if the ten had been left out.
        SampleSpan[] tenLeftOut = [new(Start + ((90 - MinAge) * Minute), Start + ((100 - MinAge) * Minute))];
        _ = other.Learn(log.Until(105), Start + (90 * Minute) - (MinAge * Minute) + 1);
        other.LeftOut = tenLeftOut;
        _ = other.Learn(log.Until(105), Start + (105 * Minute));
        Assert.Equal(Bytes(other.Model), Bytes(stream.Model));
    }

    [Theory]
    [InlineData("lr")]
    [InlineData("esmm-dfm-dmr")]
    public void Changes_make_a_loaded_copy_predict_what_the_stream_predicts(string model)
    {
        Scene scene = Scene(model);
        var log = new Log(scene);
        TrainedModel start = log.Base(BaseMinutes);
        using var stream = new StreamingTrainer(scene);
        stream.Restart(start);
        using RankingModel live = Load(scene, start);
        List<ModelChanges> coming = [];

        for (int minute = BaseMinutes + 3; minute < 150; minute += 7)
        {
            _ = stream.Learn(log.Until(minute), Start + (minute * Minute));
            coming.Add(stream.Changes());
            stream.Keep();
        }

        float[] before = Predict(live, log);
        coming.ForEach(changes => changes.ApplyTo(live));

        Assert.All(coming, changes => Assert.InRange(changes.Rows, 1, 40));
        Assert.NotEqual(before, Predict(live, log));
        Assert.Equal(Predict(stream.Model.Model, log), Predict(live, log));
    }

    private static StreamingTrainer Resume(Scene scene, StreamingTrainer stream)
    {
        using RankingModel loaded = Load(scene, stream.Model);
        var resumed = new StreamingTrainer(scene);
        resumed.Restart(new TrainedModel(loaded, stream.Model.Watermark, stream.Model.LearntUntil, stream.Model.Samples), isBase: false);
        stream.Dispose();
        return resumed;
    }

    private static RankingModel Load(Scene scene, TrainedModel model) => RankingModel.Load(scene, new MemoryStream(Bytes(model)));

    private static TrainedModel Copy(Scene scene, TrainedModel model)
    {
        var copy = new TrainedModel(RankingModel.Create(scene));
        copy.CopyFrom(model);
        return copy;
    }

    private static byte[] Bytes(TrainedModel model)
    {
        using var stream = new MemoryStream();
        model.Model.Save(stream);
        return stream.ToArray();
    }

    private static float[] Predict(RankingModel model, Log log)
    {
        float[] probabilities = new float[log.Count * model.TaskCount];
        model.Predict(log.Features, 0, log.Count, probabilities, new ModelWorkspace(), referenceBias: false);
        return probabilities;
    }

    private static Scene Scene(string model) => SceneFile.Parse(
        $$"""
        scene: tiny
        time_zone: Asia/Shanghai
        behaviours:
          click: { from: click, window: 5m }
        slots:
          user: { source: user, admission: { full: 3, incremental: 2 } }
          item: { source: item }
        history: { length: 4, behaviours: [click], item_slot: item }
        attribution: { min_age: {{MinAge}}m }
        model: { name: {{model}}, dim: 4, layers: [8, 4] }
        training: { batch: 4, increment: { every: 0s, restart: previous } }
        """,
        "tiny");

    /// <summary>One impression a minute, clicks within a second, all in the order of time.</summary>
    private sealed class Log(Scene scene)
    {
        private readonly FeatureStage _features = new(scene);
        private readonly Joiner _joiner = new(scene);
        private readonly SampleTable _table = new(scene);

        public int Count { get; private set; }

        public SnapshotColumns Features => _table.Features;

        public TrainedModel Base(int minute) => new Trainer(scene).TrainBase(Until(minute), Start + (minute * Minute), null);

        /// <summary>The table at the end of a minute of the day.</summary>
        public SampleTable Until(int minute)
        {
            for (; Count <= minute; Count++)
            {
                BehaviourEvent impression = Impression(Count);
                _features.Snapshot(impression, _joiner.TimeOf(impression), _table.Features);
                _ = _joiner.Add(impression, Count);
                _features.Apply(impression, _joiner.Time);
                if (Count % 3 == 0)
                {
                    Click(Count);
                }
            }

            _joiner.Cut(Start + (minute * Minute), _table);
            return _table;
        }

        public void Click(int number)
        {
            BehaviourEvent click = Impression(number);
            click.At += 1_000;
            click.Set(EventText.Type, "click");
            click.Set(EventText.EventId, $"c{number}");
            _ = _joiner.Add(click, -1);
            _features.Apply(click, _joiner.Time);
        }

        // New users and items appear all day.
        private static BehaviourEvent Impression(int number)
        {
            BehaviourEvent impression = TinyScene.Impression(number);
            impression.Set(EventText.UserId, $"u{number * 7 % (10 + (number / 20))}");
            impression.Set(EventText.ItemId, $"i{number * 3 % (10 + (number / 10))}");
            return impression;
        }
    }
}
