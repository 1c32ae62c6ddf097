using Freshet.Scenes;

namespace Freshet.Tests.Scenes;

public sealed class SceneHashTests
{
    [Fact]
    public void A_limit_that_changes_results_changes_the_hash()
    {
        Scene scene = SceneFile.Parse(SceneExample.Yaml, "init");

        Scene other = scene with { Limits = new LimitOptions { Users = 7 } };

        Assert.NotEqual(SceneHash.Of(scene), SceneHash.Of(other));
    }

    [Fact]
    public void The_size_of_the_file_of_malformed_lines_does_not_change_the_hash()
    {
        Scene scene = SceneFile.Parse(SceneExample.Yaml, "init");

        Scene other = scene with { Limits = new LimitOptions { MalformedBytes = 7 } };

        Assert.Equal(SceneHash.Of(scene), SceneHash.Of(other));
    }
}
