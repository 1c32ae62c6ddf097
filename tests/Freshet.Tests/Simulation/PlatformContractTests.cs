using System.Text;
using Freshet.Core.Events;
using Freshet.Simulation;
using Freshet.Tests.Architecture;

namespace Freshet.Tests.Simulation;

public sealed class PlatformContractTests
{
    private static readonly PlatformOptions s_small =
        new() { Days = 1, Users = 50, Hosts = 60, RequestsPerDay = 500 };

    [Fact]
    public void A_request_must_be_answered_before_the_platform_advances()
    {
        LivePlatform platform = AtFirstRequest();

        var error = Assert.Throws<InvalidOperationException>(() => platform.TryAdvance(out _));

        Assert.Equal(
            "Request r0 is unanswered, so nobody has been shown. Call Show, with no candidates for an empty page, before "
            + "the platform advances.",
            error.Message);
    }

    [Fact]
    public void A_request_is_answered_once()
    {
        LivePlatform platform = AtFirstRequest();
        platform.Show([0], "a", "");

        var error = Assert.Throws<InvalidOperationException>(() => platform.Show([1], "a", ""));

        Assert.Equal(
            "There is no request to answer. Call Show once after each step that is a request.", error.Message);
    }

    [Theory]
    [InlineData(new[] { 0, 0 }, "Candidate index 0 is out of [0, {0}) or given twice; nothing was shown. Give each candidate at most once.")]
    [InlineData(new[] { -1 }, "Candidate index -1 is out of [0, {0}) or given twice; nothing was shown. Give each candidate at most once.")]
    [InlineData(
        new[] { 0, 1, 2, 3, 4, 5, 6 },
        "A page has 6 places, 7 candidates were given; nothing was shown. Give the best of them.")]
    public void A_page_that_cannot_be_is_refused_and_the_request_stays_open(int[] order, string message)
    {
        LivePlatform platform = AtFirstRequest();
        string expected = message.Replace(
            "{0}", platform.Request.Candidates.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

        var error = Assert.Throws<ArgumentException>(() => platform.Show(order, "a", ""));

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        platform.Show([0, 1], "a", "");
        Assert.True(platform.TryAdvance(out _));
    }

    [Fact]
    public void Mistakes_in_the_options_are_reported_all_at_once()
    {
        var options = new PlatformOptions { Days = 0, Users = -3, ShownPerRequest = 30, OfflineShare = 1.5 };

        var error = Assert.Throws<ArgumentException>(() => new LivePlatform(options));

        Assert.Equal(
            "Simulated platform: Days is 0; use 1 to 60. Users is -3; use 1 to 1000000. ShownPerRequest is 30; use 1 to "
            + "CandidatesPerRequest, which is 24. OfflineShare is 1.5; use 0 to 1.",
            error.Message);
    }

    [Fact]
    public void Impressions_carry_what_ranked_them()
    {
        LivePlatform platform = AtFirstRequest();
        var described = new BehaviourEvent();
        platform.Request.Describe(1, described);
        platform.Show([1], "15m", "0000000007-20260302T000000");

        do
        {
            Assert.True(platform.TryAdvance(out PlatformStep step));
            if (step == PlatformStep.Request)
            {
                platform.Show([], "", "");
            }
        }
        while (!platform.Event.Type.SequenceEqual("impression"u8));

        Assert.Equal("15m", Encoding.UTF8.GetString(platform.Event.Get(EventText.Arm)));
        Assert.Equal("0000000007-20260302T000000", Encoding.UTF8.GetString(platform.Event.Get(EventText.ModelVersion)));
        Assert.Equal(0, platform.Event.Position);
        Assert.Equal("home", Encoding.UTF8.GetString(platform.Event.Surface));
        Assert.Equal(IdentityKey.Of(described), IdentityKey.Of(platform.Event));
        Assert.InRange(platform.Event.At - described.At, 100, 600);
    }

    [Fact]
    public void Events_allocate_nothing_once_the_buffers_have_grown()
    {
        var platform = new LivePlatform(new PlatformOptions { Days = 2, Users = 500, RequestsPerDay = 2_000 });
        int[] order = [0, 1, 2, 3, 4, 5];
        long allocated = 0, before = 0;
        int collections = 0;
        for (int steps = 0; platform.TryAdvance(out PlatformStep step); steps++)
        {
            allocated += step == PlatformStep.Event && steps > 20_000 && GC.CollectionCount(0) == collections // one counts what was left of the thread's 8 KiB
                ? GC.GetAllocatedBytesForCurrentThread() - before
                : 0;
            if (step == PlatformStep.Request)
            {
                platform.Show(order.AsSpan(0, Math.Min(6, platform.Request.Candidates.Length)), "a", "v");
            }

            (collections, before) = (GC.CollectionCount(0), GC.GetAllocatedBytesForCurrentThread());
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void The_scene_is_the_one_of_the_example() =>
        Assert.Equal(
            File.ReadAllText(Path.Combine(Repository.Root, "examples", "demo", "scene.yaml")), LivePlatform.SceneYaml);

    private static LivePlatform AtFirstRequest()
    {
        var platform = new LivePlatform(s_small);
        while (platform.TryAdvance(out PlatformStep step) && step != PlatformStep.Request)
        {
        }

        return platform;
    }
}
