using Freshet.Core.Events;
using Freshet.Core.Scenes;
using Freshet.Core.Snapshots;
using Freshet.Experiments;
using Freshet.Experiments.Arms;
using Freshet.Experiments.Reports;
using Freshet.Simulation;
using Freshet.Sync.Gates;

namespace Freshet.Tests.Experiments;

/// <summary>What goes wrong on a platform, on one day of simulated traffic with an increment every 15 minutes: the live model must not move.</summary>
public sealed class GateDrillTests : IDisposable
{
    private const long Minute = 60_000, Hour = 60 * Minute;
    private static readonly Scene s_scene = SmallPlatform.Scene with { Model = SmallPlatform.Scene.Model with { Name = "lr" } };
    private static readonly long s_noon = new DateTimeOffset(2026, 3, 3, 20, 5, 0, TimeSpan.FromHours(8)).ToUnixTimeMilliseconds();
    private static readonly Lazy<IReadOnlyList<BehaviourEvent>> s_log = new(() => SmallPlatform.Log(Platform(seed: 1)));
    private readonly string _folder = Directory.CreateTempSubdirectory("freshet-gates-").FullName;
    private int _runs;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Quiet_traffic_is_never_refused(ulong seed)
    {
        ArmReport arm = Run(seed == 1 ? s_log.Value : SmallPlatform.Log(Platform(seed)));

        Assert.True(arm.Refusals.Count == 0, string.Join(" | ", arm.Refusals));
        Assert.True(arm.Gates.Single(gate => gate.Gate == GateNames.Volume).Passed > 20, "Volume was hardly ever judged.");
        Assert.True(arm.Gates.Single(gate => gate.Gate == GateNames.PositiveRate).Passed > 20, "Rates were hardly ever judged.");
    }

    [Fact]
    public void A_click_stream_that_is_dead_for_20_minutes_moves_nothing_and_is_not_learnt()
    {
        ArmReport arm = Run([.. s_log.Value.Where(e => !(IsBehaviour(e) && IsIn(e, 20 * Minute)))]);

        RequireRefusal(arm, GateNames.PositiveRate);
        RequireLaterPublishes(arm);
    }

    [Fact]
    public void Flipped_labels_move_nothing()
    {
        // Who clicked did not, and who did not click did.
        HashSet<string> clicked = [.. s_log.Value.Where(IsClick).Select(Identity)];
        List<BehaviourEvent> log = [];
        foreach (BehaviourEvent e in s_log.Value)
        {
            if (!(IsBehaviour(e) && IsIn(e, 40 * Minute)))
            {
                log.Add(e);
            }

            if (IsImpression(e) && IsIn(e, 30 * Minute) && !clicked.Contains(Identity(e)))
            {
                log.Add(Click(e));
            }
        }

        ArmReport arm = Run(log);

        RequireRefusal(arm, GateNames.Surprise);
        RequireLaterPublishes(arm);
    }

    [Fact]
    public void A_bot_that_clicks_everything_moves_nothing()
    {
        List<BehaviourEvent> log = [];
        foreach (BehaviourEvent e in s_log.Value)
        {
            log.Add(e);
            if (IsImpression(e) && IsIn(e, 30 * Minute))
            {
                log.AddRange([Copy(e, "bot", e.At, "bot"), Click(Copy(e, "bot", e.At, "bot")), Copy(e, "bot2", e.At, "bot2"), Click(Copy(e, "bot2", e.At, "bot2"))]);
            }
        }

        ArmReport arm = Run(log);

        RequireRefusal(arm, GateNames.PositiveRate);
        RequireLaterPublishes(arm);
    }

    [Fact]
    public void An_hour_of_traffic_in_a_few_minutes_moves_nothing()
    {
        List<BehaviourEvent> hour = [.. s_log.Value.Where(e => e.At >= s_noon - Hour && e.At < s_noon)];
        IEnumerable<BehaviourEvent> burst = hour.Select(e => Copy(e, "burst", s_noon + ((e.At - s_noon + Hour) / 6), ""));
        List<BehaviourEvent> log = [.. s_log.Value.Concat(burst).OrderBy(Arrival)];

        ArmReport arm = Run(log);

        RequireRefusal(arm, GateNames.Volume);
        RequireLaterPublishes(arm);
    }

    [Fact]
    public void A_feature_that_is_not_finite_moves_nothing()
    {
        IReadOnlyList<BehaviourEvent> log = s_log.Value;
        Scene scene = SmallPlatform.Scene with { Model = SmallPlatform.Scene.Model with { Layers = [8] } }; // lr reads no dense feature
        var loop = new LearningLoop(scene, Options(), TimeProvider.System);
        bool isBroken = false;
        foreach (BehaviourEvent e in log)
        {
            if (!isBroken && IsImpression(e) && e.At > s_noon)
            {
                isBroken = true;
                loop.Serve(IdentityKey.Of(e), AppendNotFinite(loop.Samples.Features));
            }

            loop.Accept(e);
        }

        loop.Finish();
        Arm arm = Assert.Single(loop.Arms);

        Assert.True(isBroken);
        Assert.Contains(arm.Refusals, refusal => refusal.Gates.Any(gate => gate.Name == GateNames.Input));
        Assert.InRange(arm.Refusals.Count, 1, 2);
        Assert.True(arm.Publishes > 80, $"Only {arm.Publishes} versions.");
    }

    /// <summary>A copy of the last snapshot, with a dense feature that is NaN.</summary>
    private static int AppendNotFinite(SnapshotColumns features)
    {
        int last = features.Count - 1;
        float[] dense = features.Dense(last).ToArray();
        dense[0] = float.NaN;
        dense.CopyTo(features.BeginRow());
        for (int slot = 0; slot < features.Schema.Slots.Count; slot++)
        {
            foreach (ulong id in features.Ids(last, slot).ToArray())
            {
                features.AddId(id);
            }

            features.EndSlot();
        }

        return features.EndRow(0, 0);
    }

    /// <summary>The version that was live at the first refusal stays so over all refusals of the drill.</summary>
    private static void RequireRefusal(ArmReport arm, string gate)
    {
        Refusal[] drill = [.. arm.Refusals.Where(refusal => refusal.Gates.Any(result => result.Name == gate))];

        Assert.True(drill.Length > 0, $"Not refused by {gate}; refusals: {string.Join(" | ", arm.Refusals)}");
        Assert.All(drill, refusal => Assert.InRange(refusal.Cutoff, s_noon, s_noon + Hour));
        Assert.All(drill, refusal => Assert.NotNull(refusal.Live));
    }

    private static void RequireLaterPublishes(ArmReport arm) =>
        Assert.True(arm.Publishes > 80, $"Only {arm.Publishes} versions; refusals: {string.Join(" | ", arm.Refusals)}");

    private static PlatformOptions Platform(ulong seed) => new() { Seed = seed, Days = 2, RequestsPerDay = 5_000 };

    private static bool IsImpression(BehaviourEvent e) => e.Type.SequenceEqual("impression"u8);

    private static bool IsClick(BehaviourEvent e) => e.Type.SequenceEqual("click"u8);

    private static bool IsBehaviour(BehaviourEvent e) =>
        s_scene.Behaviours.Any(behaviour => e.Type.SequenceEqual(System.Text.Encoding.UTF8.GetBytes(behaviour.EventType)));

    private static bool IsIn(BehaviourEvent e, long length) => e.At >= s_noon && e.At < s_noon + length;

    private static long Arrival(BehaviourEvent e) => e.ReceivedAt == BehaviourEvent.NoTime ? e.At : e.ReceivedAt;

    private static string Identity(BehaviourEvent e) => IdentityKey.Of(e).ToString()!;

    private static BehaviourEvent Copy(BehaviourEvent e, string name, long at, string user)
    {
        var copy = new BehaviourEvent();
        copy.CopyFrom(e);
        copy.At = at;
        copy.ReceivedAt = e.ReceivedAt == BehaviourEvent.NoTime ? e.ReceivedAt : at;
        copy.Set(EventText.EventId, $"{name}-{System.Text.Encoding.UTF8.GetString(e.EventId)}");
        copy.Set(EventText.RequestId, $"{name}-{System.Text.Encoding.UTF8.GetString(e.RequestId)}");
        if (user.Length > 0)
        {
            copy.Set(EventText.UserId, user);
        }

        return copy;
    }

    private static BehaviourEvent Click(BehaviourEvent impression)
    {
        var click = new BehaviourEvent();
        click.CopyFrom(impression);
        click.Set(EventText.Type, "click");
        click.Set(EventText.EventId, $"click-{System.Text.Encoding.UTF8.GetString(impression.EventId)}");
        return click;
    }

    private LoopOptions Options() => SmallPlatform.Loop(Path.Combine(_folder, $"{_runs++}"), "15m");

    private ArmReport Run(IReadOnlyList<BehaviourEvent> log) =>
        Replay.Run(s_scene, new SmallPlatform.Source(log), Options(), TimeProvider.System).Arms[0];
}
