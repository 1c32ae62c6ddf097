using Freshet.Core.Events;
using Freshet.Experiments;
using Freshet.Experiments.Reports;
using Freshet.Models;
using Freshet.Scenes;
using Freshet.Training;

namespace Freshet.Tests.Experiments;

public sealed class FullArmTests : IDisposable
{
    private static readonly IReadOnlyList<BehaviourEvent> s_log = SharedReplay.Log;
    private readonly string _folder = Directory.CreateTempSubdirectory("freshet-full-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Restart.Base)]
    [InlineData(Restart.Previous)]
    public void A_full_arm_serves_what_learning_the_base_window_from_scratch_gives(Restart restart)
    {
        Scene scene = SmallPlatform.Scene with
        {
            Training = SmallPlatform.Scene.Training with
            {
                Restart = restart,
                BaseStart = restart == Restart.Base ? BaseStart.Scratch : BaseStart.Previous,
                BaseWindow = TimeSpan.FromDays(1),
            },
        };
        long noon = new DateTimeOffset(2026, 3, 4, 12, 0, 0, TimeSpan.FromHours(8)).ToUnixTimeMilliseconds();
        using var loop = new ObservedPipeline(scene, SmallPlatform.Loop(_folder, "frozen,full-12h"), TimeProvider.System);
        foreach (BehaviourEvent arrived in s_log.TakeWhile(arrived => Arrival(arrived) <= noon))
        {
            loop.Take(arrived);
        }

        loop.AdvanceTo(noon + 60_000);

        // The last cutoff was noon, so the table is as it was then.
        TrainedModel scratch = new Trainer(scene).TrainBase(loop.Samples, noon, null);
        Assert.Equal(Bytes(scratch.Model), Bytes(loop.Tracks[1].Live.Current!.Model));
        Assert.NotEqual(Bytes(scratch.Model), Bytes(loop.Tracks[0].Live.Current!.Model));
        Assert.Equal(noon, loop.Tracks[1].Live.Current!.Manifest.Cutoff);
        scratch.Model.Dispose();
    }

    [Fact]
    public void It_publishes_at_its_frequency_and_leaves_other_arms_as_they_are()
    {
        ReplayReport with = Run("with", "daily,2h,full"), without = Run("without", "daily,2h");

        Assert.Equal(without.Arms.SelectMany(arm => arm.Tasks), with.Arms.Take(2).SelectMany(arm => arm.Tasks));
        Assert.Equal(with.Arms[1].Publishes, with.Arms[2].Publishes);
        Assert.Equal(with.Arms[1].StalenessSeconds, with.Arms[2].StalenessSeconds);
        Assert.True(with.Arms[2].TrainedSamples > with.Arms[1].TrainedSamples);
    }

    private static long Arrival(BehaviourEvent arrived) => arrived.ReceivedAt != BehaviourEvent.NoTime ? arrived.ReceivedAt : arrived.At;

    private static byte[] Bytes(RankingModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }

    private ReplayReport Run(string name, string arms) => Replay.Run(
        SmallPlatform.Scene, new SmallPlatform.Source(s_log), SmallPlatform.Loop(Path.Combine(_folder, name), arms), TimeProvider.System);
}
