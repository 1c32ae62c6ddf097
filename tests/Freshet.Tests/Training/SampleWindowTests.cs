using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Training;

namespace Freshet.Tests.Training;

public sealed class SampleWindowTests
{
    [Fact]
    public void Both_ends_are_exclusive_and_days_follow_each_other_in_order()
    {
        Scene scene = TinyScene.Of();
        SampleTable table = TinyScene.Samples(scene, 3_000); // more than two days of one impression a minute
        var selected = new SampleList(table.Features.Schema);

        SampleWindow.Select(
            table, TinyScene.Start + (10 * TinyScene.Minute), TinyScene.Start + (2_900 * TinyScene.Minute), selected);

        Assert.Equal(2_889, selected.Count);
        LabelledSample[] samples = selected.Samples.ToArray();
        Assert.Equal(TinyScene.Start + (11 * TinyScene.Minute), samples[0].ShownAt);
        Assert.Equal(TinyScene.Start + (2_899 * TinyScene.Minute), samples[^1].ShownAt);
        Assert.Equal(samples.OrderBy(sample => sample.ShownAt), samples);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000)]
    public void What_is_searched_for_is_what_a_whole_reading_finds(int seed)
    {
        var random = new Random(seed);
        Scene scene = TinyScene.Of();
        SampleTable table = TinyScene.Samples(scene, 3_000);
        var selected = new SampleList(table.Features.Schema);
        for (int i = 0; i < 50; i++)
        {
            long after = TinyScene.Start + (random.Next(-10, 3_010) * TinyScene.Minute) + random.Next(-1, 2);
            long before = after + (random.Next(0, 300) * TinyScene.Minute) + random.Next(-1, 2);
            SampleSpan[] leftOut = [new(after + (3 * TinyScene.Minute), after + (7 * TinyScene.Minute))];

            SampleWindow.Select(table, after, before, selected, leftOut);

            Assert.Equal(
                table.Days.SelectMany(date => table.Day(date).ToArray())
                    .Where(sample => sample.LearnAt > after && sample.LearnAt < before && !leftOut[0].Holds(sample.LearnAt)),
                selected.Samples.ToArray());
        }
    }

    [Fact]
    public void Samples_that_left_out_of_order_are_found_and_brought_into_order()
    {
        Scene scene = TinyScene.Of();
        scene = scene with { Attribution = scene.Attribution with { Mode = AttributionMode.Window } };
        var table = new SampleTable(scene);
        var joiner = new Joiner(scene);
        long latest = 0;
        foreach (int number in new[] { 0, 1, 2, 30, 40, 3, 41 }) // minute 3 arrives when 30 has left
        {
            BehaviourEvent impression = TinyScene.Impression(number);
            impression.ReceivedAt = latest = Math.Max(latest, impression.At);
            _ = joiner.Add(impression, number);
            joiner.Cut(TinyScene.Start + (Math.Max(number, 40) * TinyScene.Minute), table);
        }

        joiner.Drain(table);
        var selected = new SampleList(table.Features.Schema);
        Assert.False(table.Find(table.Days[0])!.IsInOrder);

        SampleWindow.Select(table, TinyScene.Start + TinyScene.Minute, TinyScene.Start + (41 * TinyScene.Minute), selected);

        Assert.Equal(
            [2, 3, 30, 40], selected.Samples.ToArray().Select(sample => (int)((sample.ShownAt - TinyScene.Start) / TinyScene.Minute)));
    }
}
