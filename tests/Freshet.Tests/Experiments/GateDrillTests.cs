using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Experiments;
using Freshet.Experiments.Reports;
using Freshet.Scenes;
using Freshet.Simulation;
using Freshet.Training;
using Freshet.Training.Gates;

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

    [Theory]
    [InlineData(Restart.Base)]
    [InlineData(Restart.Previous)]
    public void A_click_stream_that_is_dead_for_20_minutes_moves_nothing_and_is_not_learnt(Restart restart)
    {
        GateDrill drill = Drill(restart, [.. s_log.Value.Where(e => !(IsBehaviour(e) && IsIn(e, 20 * Minute)))]);

        Require(drill, GateNames.PositiveRate);
        Assert.NotEmpty(drill.LeftOut[^1].Spans); // nothing came that could put it right
    }

    [Theory]
    [InlineData(Restart.Base)]
    [InlineData(Restart.Previous)]
    public void Clicks_that_come_late_release_their_window_and_the_next_increment_learns_it(Restart restart)
    {
        // 2 h 27 min later: older than settle, and no tick of the hour, when all corrections enter.
        long back = s_noon + (147 * Minute);
        IEnumerable<BehaviourEvent> late = s_log.Value.Where(e => IsBehaviour(e) && IsIn(e, 20 * Minute)).Select(e => Received(e, back));
        GateDrill drill = Drill(
            restart, [.. s_log.Value.Where(e => !(IsBehaviour(e) && IsIn(e, 20 * Minute))).Concat(late).OrderBy(Arrival)]);

        Require(drill, GateNames.PositiveRate);
        SampleSpan window = Assert.Single(drill.LeftOut[0].Spans);
        Assert.Empty(drill.LeftOut[^1].Spans);
        GateDrill.Swap[] swaps = [.. drill.Swaps.Where(swap => swap.Cutoff > window.Until && swap.Cutoff < s_noon + (3 * Hour))];
        GateDrill.Swap released = swaps.First(swap => swap.Cutoff > back);
        Assert.NotEqual(0, released.Cutoff % Hour);
        Assert.All(swaps, swap => Assert.Equal(LearntAt(drill, swap, swap.Cutoff < back ? window : default), swap.Manifest.Samples));
    }

    [Theory]
    [InlineData(Restart.Base)]
    [InlineData(Restart.Previous)]
    public void Flipped_labels_move_nothing(Restart restart)
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

        Require(Drill(restart, log), GateNames.Surprise);
    }

    [Theory]
    [InlineData(Restart.Base)]
    [InlineData(Restart.Previous)]
    public void A_bot_that_clicks_everything_moves_nothing(Restart restart)
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

        Require(Drill(restart, log), GateNames.PositiveRate);
    }

    [Theory]
    [InlineData(Restart.Base)]
    [InlineData(Restart.Previous)]
    public void An_hour_of_traffic_in_a_few_minutes_moves_nothing(Restart restart)
    {
        List<BehaviourEvent> hour = [.. s_log.Value.Where(e => e.At >= s_noon - Hour && e.At < s_noon)];
        IEnumerable<BehaviourEvent> burst = hour.Select(e => Copy(e, "burst", s_noon + ((e.At - s_noon + Hour) / 6), ""));

        Require(Drill(restart, [.. s_log.Value.Concat(burst).OrderBy(Arrival)]), GateNames.Volume);
    }

    [Theory]
    [InlineData(Restart.Base)]
    [InlineData(Restart.Previous)]
    public void A_feature_that_is_not_finite_moves_nothing(Restart restart)
    {
        Scene scene = SmallPlatform.Scene with { Model = SmallPlatform.Scene.Model with { Layers = [8] } }; // lr reads no dense feature
        var drill = new GateDrill(scene, _folder, restart);
        bool isBroken = false;

        _ = drill.Run(s_log.Value, e => isBroken && IsIn(e, Hour + (15 * Minute)), e =>
        {
            if (!isBroken && IsImpression(e) && e.At > s_noon)
            {
                isBroken = true;
                drill.Loop.Pipeline.Serve(IdentityKey.Of(e), AppendNotFinite(drill.Loop.Samples.Features));
            }
        });

        Assert.InRange(drill.Arm.Refusals.Count, 1, 2);
        Require(drill, GateNames.Input);
    }

    [Theory]
    [InlineData(AttributionMode.Window)]
    [InlineData(AttributionMode.Immediate)]
    public void In_the_other_modes_of_attribution_a_dead_click_stream_moves_nothing_either(AttributionMode mode)
    {
        Scene scene = s_scene with { Attribution = s_scene.Attribution with { Mode = mode } };
        var drill = new GateDrill(scene, _folder, Restart.Previous);

        _ = drill.Run(ToMidnight().Where(e => !(IsBehaviour(e) && IsIn(e, 20 * Minute))), e => IsIn(e, 4 * Hour));

        Require(drill, GateNames.PositiveRate, after: 4 * Hour);
    }

    [Theory]
    [InlineData(AttributionMode.Window)]
    [InlineData(AttributionMode.Immediate)]
    public void In_the_other_modes_quiet_traffic_is_never_refused(AttributionMode mode)
    {
        Scene scene = s_scene with { Attribution = s_scene.Attribution with { Mode = mode } };

        GateDrill drill = new GateDrill(scene, _folder, Restart.Previous).Run(ToMidnight(), _ => false);

        Assert.True(drill.Arm.Refusals.Count == 0, string.Join(" | ", drill.Arm.Refusals));
        Assert.True(drill.Arm.GateCounts.Single(gate => gate.Gate == GateNames.PositiveRate).Passed > 20, "Rates were hardly ever judged.");
        GateCount surprise = drill.Arm.GateCounts.Single(gate => gate.Gate == GateNames.Surprise);
        Assert.Equal(mode == AttributionMode.Window, surprise.Passed > 0); // rows of mode immediate do not add up to impressions
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

    private static void Require(GateDrill drill, string gate, long after = Hour)
    {
        Refusal[] refusals = [.. drill.Arm.Refusals.Where(refusal => refusal.Gates.Any(result => result.Name == gate))];

        Assert.True(refusals.Length > 0, $"Not refused by {gate}; refusals: {string.Join(" | ", drill.Arm.Refusals)}");
        Assert.All(refusals, refusal => Assert.InRange(refusal.Cutoff, s_noon, s_noon + after));
        drill.RequireThatTheLiveModelDidNotMove(gate);
    }

    /// <summary>Samples that a version has learnt where its base and the day have all but <paramref name="leftOut"/>.</summary>
    private static long LearntAt(GateDrill drill, GateDrill.Swap swap, SampleSpan leftOut)
    {
        long until = swap.Cutoff - (long)s_scene.Attribution.MinAge.TotalMilliseconds;
        return drill.Loop.Samples.Days.Sum(day => drill.Loop.Samples.Day(day).ToArray().LongCount(
            sample => sample.ShownAt <= until && !leftOut.Holds(sample.ShownAt)));
    }

    private static PlatformOptions Platform(ulong seed) => new() { Seed = seed, Days = 2, RequestsPerDay = 5_000 };

    /// <summary>What arrives on the two days; afterwards the platform shows nothing more, and rows of late clicks are a stream of their own.</summary>
    private static IEnumerable<BehaviourEvent> ToMidnight() => s_log.Value.Where(e => Arrival(e) < s_noon + (234 * Minute));

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

    private static BehaviourEvent Received(BehaviourEvent e, long at)
    {
        var copy = new BehaviourEvent();
        copy.CopyFrom(e);
        copy.ReceivedAt = at;
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

    private GateDrill Drill(Restart restart, IReadOnlyList<BehaviourEvent> log) =>
        new GateDrill(s_scene, _folder, restart).Run(log, e => IsIn(e, Hour + (15 * Minute)));

    private ArmReport Run(IReadOnlyList<BehaviourEvent> log) =>
        Replay.Run(s_scene, new SmallPlatform.Source(log), Options(), TimeProvider.System).Arms[0];
}
