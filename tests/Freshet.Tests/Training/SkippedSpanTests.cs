using Freshet.Core.Samples;
using Freshet.Models;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Training;

namespace Freshet.Tests.Training;

/// <summary>What a model passed over while it was left out is learnt once, by what goes on from it.</summary>
public sealed class SkippedSpanTests
{
    private const long Minute = TinyScene.Minute, Start = TinyScene.Start;
    private static readonly Scene s_scene = TinyScene.Of();
    private static readonly SampleTable s_table = TinyScene.Samples(s_scene, 100);
    private static readonly SampleSpan s_span = new(Start + (30 * Minute), Start + (40 * Minute));

    [Fact]
    public void The_next_increment_of_a_chain_learns_what_returned_before_what_is_new()
    {
        TrainedModel model = New();
        var trainer = new Trainer(s_scene) { LeftOut = [s_span] };
        Assert.Equal(49, trainer.TrainIncrement(model, s_table, Start + (59 * Minute)));

        trainer.LeftOut = [];
        Assert.Equal(30, trainer.TrainIncrement(model, s_table, Start + (79 * Minute)));

        TrainedModel expected = New();
        Learn(expected, minute => minute is < 59 and not (> 30 and <= 40));
        Learn(expected, minute => minute is < 79 and (>= 59 or (> 30 and <= 40)));
        Assert.Equal(Bytes(expected), Bytes(model));
    }

    [Fact]
    public void A_span_that_is_left_out_after_it_was_learnt_is_not_learnt_twice()
    {
        TrainedModel model = New();
        var trainer = new Trainer(s_scene);
        _ = trainer.TrainIncrement(model, s_table, Start + (36 * Minute)); // up to minute 35

        trainer.LeftOut = [s_span];
        int without = trainer.TrainIncrement(model, s_table, Start + (59 * Minute));
        trainer.LeftOut = [];
        int returned = trainer.TrainIncrement(model, s_table, Start + (60 * Minute));

        Assert.Equal((18, 6), (without, returned)); // minutes 41 to 58; minutes 36 to 40 and 59
    }

    [Fact]
    public void A_base_that_was_skipped_over_is_made_good_by_its_increments()
    {
        var trainer = new Trainer(s_scene) { LeftOut = [s_span] };
        TrainedModel start = trainer.TrainBase(s_table, Start + (60 * Minute), previous: null);
        using var increments = new IncrementTrainer(s_scene);

        increments.Train(start, s_table, Start + (80 * Minute));

        Assert.Equal(50, start.Samples);
        Assert.Equal(30, increments.Last.Day); // minutes 31 to 40 and 60 to 79
    }

    private static TrainedModel New() => new(RankingModel.Create(s_scene));

    private static void Learn(TrainedModel model, Func<long, bool> takes)
    {
        var samples = new SampleList(s_table.Features.Schema);
        foreach (LabelledSample sample in s_table.Days.SelectMany(day => s_table.Day(day).ToArray()))
        {
            if (takes((sample.ShownAt - Start) / Minute))
            {
                samples.Add(sample, []);
            }
        }

        _ = new SampleFeed(s_scene).Learn(model, s_table.Features, samples, LearnPhase.Increment);
    }

    private static byte[] Bytes(TrainedModel model)
    {
        using var stream = new MemoryStream();
        model.Model.Save(stream);
        return stream.ToArray();
    }
}
