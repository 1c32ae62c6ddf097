using CsCheck;
using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Features;
using Freshet.Models;
using Freshet.Models.Threads;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Training;

namespace Freshet.Tests.Training;

/// <summary>Increments from the base equal the naive ones: a copy of the base that learns all samples of the schedule.</summary>
public sealed class IncrementTrainerTests
{
    private const long Minute = TinyScene.Minute, Start = TinyScene.Start, Hour = 60 * Minute;
    private const int BaseSamples = 60;

    [Theory]
    [InlineData("lr", "")]
    [InlineData("esmm-dfm-dmr", "")]
    [InlineData("esmm-dfm-dmr", "  negatives: { keep: 0.6 }")]
    [InlineData("deepfm", "  rows: { optimizer: group_ftrl, group_l1: 0.001 }")]
    [InlineData("lr", "  wide: { l1: 0.5 }")]
    [InlineData("esmm", "  # count: batch")]
    [InlineData("esmm", "  # count: batch", ", sketch: { ids: 20 }")]
    [InlineData("lr", "", ", sketch: { ids: 20 }")]
    [InlineData("lr", "  wide: { l1: 0.5 }", ", sketch: { ids: 20 }")]
    [InlineData("deepfm", "  rows: { optimizer: group_ftrl, group_l1: 0.001 }", ", sketch: { ids: 20 }")]
    public void Exact_increments_equal_naive_ones_bit_for_bit(string model, string extra, string counts = "") =>
        Gen.Select(Gen.Int[1, 1_000_000], Gen.Int[0, 3], Gen.Int[0, 4], Gen.Bool).Sample(
            (seed, settle, every, small) => RunDay(model, extra, counts, seed, settle, every, small), iter: 12, threads: 1);

    [Fact]
    public void An_increment_replays_what_changed_and_little_more()
    {
        Scene scene = Scene("lr", "", settle: 1, every: 4, mebibytes: 64);
        var day = new Day(scene, new Random(3));
        using var trainer = new IncrementTrainer(scene, WorkerTeam.Alone);
        TrainedModel start = Base(scene, day);
        day.AddImpressions(400);
        long end = Start + ((BaseSamples + 400) * Minute);
        trainer.Train(start, day.Table(end), end);
        Assert.Equal((400, 400), trainer.Last);

        day.AddImpressions(4);
        end += 4 * Minute;
        trainer.Train(start, day.Table(end), end);

        Assert.Equal((404, 4), trainer.Last);
        Assert.InRange(trainer.Checkpoints, 8, 60);
    }

    [Fact]
    public void A_span_that_returns_is_learnt_at_the_next_increment_though_it_is_older_than_settle()
    {
        Scene scene = Scene("lr", "", settle: 1, every: 24, mebibytes: 64); // corrections once a day
        var day = new Day(scene, new Random(7));
        using var trainer = new IncrementTrainer(scene, WorkerTeam.Alone);
        TrainedModel start = Base(scene, day);
        day.AddImpressions(200);
        long first = Start + (BaseSamples * Minute);
        trainer.LeftOut = [new SampleSpan(first + (50 * Minute), first + (60 * Minute))];
        trainer.Train(start, day.Table(day.Newest + Minute), day.Newest + Minute);
        int without = trainer.Last.Day;

        trainer.LeftOut = [];
        day.AddImpressions(1);
        trainer.Train(start, day.Table(day.Newest + Minute), day.Newest + Minute);

        Assert.Equal((190, 201), (without, trainer.Last.Day));
    }

    [Fact]
    public void After_a_failure_the_next_increment_learns_the_whole_day()
    {
        Scene scene = Scene("esmm", "", settle: 1, every: 1, mebibytes: 64);
        var day = new Day(scene, new Random(5));
        using var trainer = new IncrementTrainer(scene, WorkerTeam.Alone);
        TrainedModel start = Base(scene, day);
        day.AddImpressions(100);
        long end = Start + ((BaseSamples + 100) * Minute);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        _ = Assert.Throws<OperationCanceledException>(() => trainer.Train(start, day.Table(end), end, cancellation: stop.Token));

        trainer.Train(start, day.Table(end), end);

        Assert.Equal((100, 100), trainer.Last);
    }

    private static void RunDay(string model, string extra, string counts, int seed, int settle, int every, bool small)
    {
        var random = new Random(seed);
        Scene scene = Scene(model, extra, settle, every, small ? 1 : 64, counts);
        var day = new Day(scene, random);
        long cutoff = Start + Hour;
        var trainer = new Trainer(scene);
        TrainedModel start = Base(scene, day);
        using var exact = new IncrementTrainer(scene, random.Next(2) == 0 ? WorkerTeam.Alone : WorkerTeam.Shared);
        var naive = new NaiveSchedule(scene);
        List<SampleSpan> leftOut = [];
        for (int tick = 0; tick < 14; tick++)
        {
            day.AddImpressions(random.Next(0, 25));
            day.AddClicks(random.Next(0, 4));
            long next = Math.Max(cutoff, day.Newest) + (random.Next(1, 30) * Minute);
            cutoff = random.Next(3) == 0 ? (next + Hour - 1) / Hour * Hour : next;
            LeaveOut(leftOut, random, cutoff);
            if (random.Next(8) == 0)
            {
                trainer.LeftOut = [.. leftOut];
                start = trainer.TrainBase(day.Table(cutoff), cutoff, null);
                naive.Clear(skipped: leftOut);
            }

            exact.LeftOut = [.. leftOut];
            exact.Train(start, day.Table(cutoff), cutoff);

            TrainedModel expected = naive.Train(start, day.Table(cutoff), cutoff, leftOut);
            Assert.Equal(expected.Samples, exact.Model.Samples);
            Assert.Equal(expected.Watermark, exact.Model.Watermark);
            Assert.Equal(Bytes(expected), Bytes(exact.Model));
        }
    }

    /// <summary>Spans come and go, some of them older than all corrections.</summary>
    private static void LeaveOut(List<SampleSpan> spans, Random random, long cutoff)
    {
        if (random.Next(3) == 0)
        {
            long until = cutoff - (random.Next(0, 120) * Minute);
            spans.Add(new SampleSpan(until - (random.Next(1, 40) * Minute), until));
        }

        if (spans.Count > 0 && random.Next(3) == 0)
        {
            spans.RemoveAt(random.Next(spans.Count));
        }
    }

    private static TrainedModel Base(Scene scene, Day day) => new Trainer(scene).TrainBase(day.Table(Start + Hour), Start + Hour, null);

    private static byte[] Bytes(TrainedModel model)
    {
        using var stream = new MemoryStream();
        model.Model.Save(stream);
        return stream.ToArray();
    }

    private static Scene Scene(string model, string extra, int settle, int every, int mebibytes, string counts = "") => SceneFile.Parse(
        $$"""
        scene: tiny
        time_zone: Asia/Shanghai
        behaviours:
          click: { from: click, window: 5m }
        slots:
          user: { source: user, admission: { full: 3, incremental: 2{{(extra.Contains("group_ftrl", StringComparison.Ordinal) ? ", rule: poisson" : extra.Contains("batch", StringComparison.Ordinal) ? ", count: batch" : "")}}{{(extra.Contains("keep", StringComparison.Ordinal) ? ", carry: false" : "")}}{{counts}} } }
          item: { source: item{{(extra.Contains("wide", StringComparison.Ordinal) ? ", dynamic_l1: { n: 5, c: 2 }" : "")}} }
        history: { length: 4, behaviours: [click], item_slot: item }
        attribution: { min_age: 1m, grace: 2h }
        model: { name: {{model}}, dim: 4, layers: [8, 4] }
        training:
          batch: 4
          increment: { settle: {{settle * 20}}m, checkpoint_mib: {{mebibytes}} }
          corrections: { every: {{every}}h }
        {{extra}}
        """,
        "tiny");

    /// <summary>The schedule by its definition, without checkpoints.</summary>
    private sealed class NaiveSchedule(Scene scene)
    {
        private readonly SampleFeed _feed = new(scene);
        private List<LabelledSample> _last = [];
        private bool _isFirst = true;
        private SampleSpan[] _skipped = [];
        private SampleSpan[] _leftOutBefore = [];

        /// <summary>A new base, which has not learnt <paramref name="skipped"/>.</summary>
        public void Clear(IEnumerable<SampleSpan> skipped) => (_isFirst, _skipped) = (true, [.. skipped]);

        public TrainedModel Train(TrainedModel start, SampleTable table, long cutoff, IReadOnlyList<SampleSpan> leftOut)
        {
            long dayStart = Start + ((cutoff - Start) / (24 * Hour) * 24 * Hour);
            long every = (long)scene.Training.CorrectionsEvery.TotalMilliseconds;
            bool all = _isFirst || every == 0 || (cutoff - dayStart) % every == 0;
            long settled = all ? long.MinValue : cutoff - (long)scene.Training.Settle.TotalMilliseconds;
            var now = table.Days.SelectMany(date => table.Day(date).ToArray())
                .Where(sample => sample.ShownAt > start.LearntUntil || IsIn(_skipped, sample))
                .Where(sample => sample.ShownAt < cutoff && (sample.ShownAt >= settled || IsIn(_leftOutBefore, sample)));
            _last = [.. _last.Where(sample => !all && sample.ShownAt < settled).Concat(now)
                .Where(sample => !IsIn(leftOut, sample)).OrderBy(sample => sample.ShownAt)];
            (_isFirst, _leftOutBefore) = (false, [.. leftOut]);
            var list = new SampleList(scene.SnapshotSchema());
            _last.ForEach(sample => list.Add(sample, []));
            var model = new TrainedModel(RankingModel.Create(scene));
            model.CopyFrom(start);
            model.Model.BeginIncrement();
            model.Model.RunCounts = new RunCounts(model.Model, LearnPhase.Increment);
            _feed.Count(table.Features, list, model.Model.RunCounts);
            _ = _feed.Learn(model, table.Features, list, LearnPhase.Increment);
            return model;
        }

        private static bool IsIn(IEnumerable<SampleSpan> spans, LabelledSample sample) => spans.Any(span => span.Holds(sample.ShownAt));
    }

    /// <summary>Impressions one a minute, and clicks on any of them at any time.</summary>
    private sealed class Day
    {
        private readonly Random _random;
        private readonly FeatureStage _features;
        private readonly Joiner _joiner;
        private readonly SampleTable _table;
        private readonly List<(byte[] User, byte[] Item)> _users = [];
        private int _count;
        private int _clicks;

        public Day(Scene scene, Random random)
        {
            _random = random;
            _features = new FeatureStage(scene);
            _joiner = new Joiner(scene);
            _table = new SampleTable(scene);
            AddImpressions(BaseSamples);
            AddClicks(BaseSamples / 3);
        }

        public long Newest => Start + ((_count - 1) * Minute);

        public void AddImpressions(int count)
        {
            for (int i = 0; i < count; i++)
            {
                BehaviourEvent impression = TinyScene.Impression(_count);
                impression.Set(EventText.UserId, $"u{_random.Next(40)}");
                impression.Set(EventText.ItemId, $"i{_random.Next(60)}");
                _users.Add((impression.UserId.ToArray(), impression.ItemId.ToArray()));
                _features.Snapshot(impression, _joiner.TimeOf(impression), _table.Features);
                _ = _joiner.Add(impression, _count++);
                _features.Apply(impression, _joiner.Time);
            }
        }

        public void AddClicks(int count)
        {
            for (int i = 0; i < count; i++)
            {
                int number = _random.Next(4) == 0 ? _random.Next(_count) : _random.Next(Math.Max(0, _count - 20), _count);
                BehaviourEvent click = TinyScene.Click(number);
                click.Set(EventText.UserId, System.Text.Encoding.UTF8.GetString(_users[number].User));
                click.Set(EventText.ItemId, System.Text.Encoding.UTF8.GetString(_users[number].Item));
                click.Set(EventText.EventId, $"k{_clicks++}");
                _ = _joiner.Add(click, -1);
                _features.Apply(click, _joiner.Time);
            }
        }

        public SampleTable Table(long cutoff)
        {
            _joiner.Cut(cutoff, _table);
            return _table;
        }
    }
}
