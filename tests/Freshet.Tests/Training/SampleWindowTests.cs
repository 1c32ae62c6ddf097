using Freshet.Core.Samples;
using Freshet.Core.Scenes;
using Freshet.Samples;
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
}
