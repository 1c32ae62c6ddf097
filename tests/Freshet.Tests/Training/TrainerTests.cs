using Freshet.Models;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Training;

namespace Freshet.Tests.Training;

public sealed class TrainerTests
{
    private const long Minute = TinyScene.Minute, Start = TinyScene.Start;

    [Fact]
    public void A_base_learns_the_samples_of_its_window_and_no_others()
    {
        Scene scene = TinyScene.Of(extra: "  base: { window: 1h }");
        SampleTable table = TinyScene.Samples(scene, 200);

        TrainedModel model = new Trainer(scene).TrainBase(table, cutoff: Start + (100 * Minute), previous: null);

        // Shown from minute 40 (the window begins there) to minute 99 (the cutoff itself is not in it).
        Assert.Equal(60, model.Samples);
        Assert.Equal(Start + (99 * Minute), model.Watermark);
    }

    [Fact]
    public void Epochs_pass_over_the_window_again()
    {
        Scene scene = TinyScene.Of(extra: "  base: { epochs: 3 }");

        TrainedModel model = new Trainer(scene).TrainBase(TinyScene.Samples(scene, 50), Start + (50 * Minute), null);

        Assert.Equal(150, model.Samples);
    }

    [Fact]
    public void A_loss_curve_has_a_point_for_every_ten_steps_of_bases_and_falls()
    {
        Scene scene = TinyScene.Of(extra: "  base: { epochs: 4 }");
        SampleTable table = TinyScene.Samples(scene, 300);
        var curve = new LossCurve();
        var trainer = new Trainer(scene) { BaseLoss = curve };

        TrainedModel model = trainer.TrainBase(table, Start + (220 * Minute), null);
        _ = trainer.TrainIncrement(model, table, Start + (300 * Minute));

        // Four passes over 220 samples in batches of 4 are 220 steps.
        Assert.Equal(22, curve.Means.Count);
        Assert.True(curve.Means[21] < curve.Means[0], string.Join(", ", curve.Means));
    }

    [Fact]
    public void An_increment_learns_what_is_newer_than_its_model_up_to_the_cutoff()
    {
        Scene scene = TinyScene.Of();
        SampleTable table = TinyScene.Samples(scene, 100);
        var trainer = new Trainer(scene);
        TrainedModel model = trainer.TrainBase(table, Start + (50 * Minute), null);

        int learnt = trainer.TrainIncrement(model, table, Start + (80 * Minute));

        Assert.Equal(30, learnt);
        Assert.Equal(Start + (79 * Minute), model.Watermark);
        Assert.Equal(80, model.Samples);
    }

    [Fact]
    public void An_increment_without_samples_changes_nothing()
    {
        Scene scene = TinyScene.Of();
        SampleTable table = TinyScene.Samples(scene, 50);
        var trainer = new Trainer(scene);
        TrainedModel model = trainer.TrainBase(table, Start + (50 * Minute), null);
        byte[] before = Bytes(model);

        int learnt = trainer.TrainIncrement(model, table, Start + (90 * Minute));

        Assert.Equal(0, learnt);
        Assert.Equal(before, Bytes(model));
    }

    [Fact]
    public void Two_increments_from_a_previous_one_equal_one_pass_where_batches_align()
    {
        Scene scene = TinyScene.Of(extra: "  increment: { restart: previous }");
        SampleTable table = TinyScene.Samples(scene, 80);
        var trainer = new Trainer(scene);
        TrainedModel stopped = trainer.TrainBase(table, Start + (40 * Minute), null);
        TrainedModel whole = trainer.TrainBase(table, Start + (40 * Minute), null);

        _ = trainer.TrainIncrement(stopped, table, Start + (60 * Minute));
        _ = trainer.TrainIncrement(stopped, table, Start + (80 * Minute));
        _ = trainer.TrainIncrement(whole, table, Start + (80 * Minute));

        Assert.Equal(Bytes(whole), Bytes(stopped));
    }

    [Fact]
    public void A_base_that_starts_from_the_previous_one_learns_only_what_is_new()
    {
        Scene scene = TinyScene.Of(extra: "  base: { start: previous }");
        SampleTable table = TinyScene.Samples(scene, 100);
        var trainer = new Trainer(scene);
        TrainedModel first = trainer.TrainBase(table, Start + (60 * Minute), null);
        byte[] before = Bytes(first);

        TrainedModel second = trainer.TrainBase(table, Start + (100 * Minute), first);

        Assert.Equal(100, second.Samples);
        Assert.Equal(before, Bytes(first));
    }

    [Theory]
    [InlineData("lr")]
    [InlineData("deepfm")]
    [InlineData("esmm")]
    public void The_same_samples_give_the_same_bits(string model)
    {
        Scene scene = TinyScene.Of(model);

        byte[] one = Bytes(new Trainer(scene).TrainBase(TinyScene.Samples(scene, 100), Start + (100 * Minute), null));
        byte[] two = Bytes(new Trainer(scene).TrainBase(TinyScene.Samples(scene, 100), Start + (100 * Minute), null));

        Assert.Equal(one, two);
    }

    [Fact]
    public void Negatives_that_are_left_out_are_not_learnt_and_the_watermark_moves_over_them()
    {
        Scene scene = TinyScene.Of(extra: "  negatives: { keep: 0.2 }");
        SampleTable table = TinyScene.Samples(scene, 400);

        TrainedModel model = new Trainer(scene).TrainBase(table, Start + (400 * Minute), null);

        // 200 are clicked; of the other 200 about 40 stay (3 standard deviations are 17).
        Assert.InRange(model.Samples, 200 + 23, 200 + 57);
        Assert.Equal(Start + (399 * Minute), model.Watermark);
    }

    [Fact]
    public void Which_negatives_stay_does_not_depend_on_where_training_is_cut()
    {
        Scene scene = TinyScene.Of(extra: "  negatives: { keep: 0.5 }\n  increment: { restart: previous }\n  base: { window: 1h }");
        SampleTable table = TinyScene.Samples(scene, 400);
        var trainer = new Trainer(scene);

        TrainedModel once = trainer.TrainBase(table, Start + (60 * Minute), null), twice = trainer.TrainBase(table, Start + (60 * Minute), null);
        int learnt = trainer.TrainIncrement(once, table, Start + (400 * Minute));

        Assert.Equal(learnt, trainer.TrainIncrement(twice, table, Start + (131 * Minute)) + trainer.TrainIncrement(twice, table, Start + (400 * Minute)));
    }

    [Fact]
    public void A_shuffled_base_learns_the_same_samples_in_an_order_that_the_seed_gives()
    {
        Scene scene = TinyScene.Of(extra: "  shuffle: { window: 16 }");
        SampleTable table = TinyScene.Samples(scene, 100);
        TrainedModel inOrder = new Trainer(TinyScene.Of()).TrainBase(table, Start + (100 * Minute), null);

        TrainedModel shuffled = new Trainer(scene).TrainBase(table, Start + (100 * Minute), null);
        TrainedModel again = new Trainer(scene).TrainBase(table, Start + (100 * Minute), null);

        Assert.Equal((inOrder.Samples, inOrder.Watermark), (shuffled.Samples, shuffled.Watermark));
        Assert.NotEqual(Bytes(inOrder), Bytes(shuffled));
        Assert.Equal(Bytes(shuffled), Bytes(again));
    }

    [Fact]
    public void An_increment_keeps_its_order_whatever_the_shuffle_of_the_base()
    {
        SampleTable table = TinyScene.Samples(TinyScene.Of(), 100);
        Trainer plain = new(TinyScene.Of()), shuffling = new(TinyScene.Of(extra: "  shuffle: { window: 16 }"));
        TrainedModel one = plain.TrainBase(table, Start + (50 * Minute), null), two = plain.TrainBase(table, Start + (50 * Minute), null);

        _ = plain.TrainIncrement(one, table, Start + (100 * Minute));
        _ = shuffling.TrainIncrement(two, table, Start + (100 * Minute));

        Assert.Equal(Bytes(one), Bytes(two));
    }

    [Fact]
    public void What_is_clicked_becomes_probable()
    {
        Scene scene = TinyScene.Of("lr", extra: "  base: { epochs: 20 }");
        SampleTable table = TinyScene.Samples(scene, 200);

        TrainedModel model = new Trainer(scene).TrainBase(table, Start + (200 * Minute), null);

        float[] probabilities = new float[2];
        // Row 0 shows i0 (clicked), row 1 shows i3 (not clicked).
        model.Model.Predict(table.Features, 0, 2, probabilities, new ModelWorkspace(), referenceBias: true);
        Assert.True(probabilities[0] > 0.7f, $"clicked: {probabilities[0]}");
        Assert.True(probabilities[1] < 0.3f, $"not clicked: {probabilities[1]}");
    }

    [Fact]
    public void A_cancelled_training_stops_between_two_steps()
    {
        Scene scene = TinyScene.Of();

        Assert.Throws<OperationCanceledException>(() => new Trainer(scene).TrainBase(
            TinyScene.Samples(scene, 50), Start + (50 * Minute), null, new CancellationToken(canceled: true)));
    }

    private static byte[] Bytes(TrainedModel model)
    {
        using var stream = new MemoryStream();
        model.Model.Save(stream);
        return stream.ToArray();
    }
}
