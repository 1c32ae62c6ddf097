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
        List<LabelledSample> selected = [];

        SampleWindow.Select(
            table, TinyScene.Start + (10 * TinyScene.Minute), TinyScene.Start + (2_900 * TinyScene.Minute), selected);

        Assert.Equal(2_889, selected.Count);
        Assert.Equal(TinyScene.Start + (11 * TinyScene.Minute), selected[0].ShownAt);
        Assert.Equal(TinyScene.Start + (2_899 * TinyScene.Minute), selected[^1].ShownAt);
        Assert.Equal(selected.OrderBy(sample => sample.ShownAt), selected);
    }
}
