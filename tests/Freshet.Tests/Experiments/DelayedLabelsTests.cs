using Freshet.Core.Events;
using Freshet.Experiments;

namespace Freshet.Tests.Experiments;

public sealed class DelayedLabelsTests
{
    private static readonly IReadOnlyList<BehaviourEvent> s_log = SharedReplay.Log;
    private static readonly HashSet<string> s_behaviours = [.. SmallPlatform.Scene.Behaviours.Select(behaviour => behaviour.EventType)];

    [Fact]
    public void Every_event_comes_once_in_order_of_arrival_and_keeps_its_own_time()
    {
        List<BehaviourEvent> delayed = Read(TimeSpan.FromHours(1));

        Assert.Equal(s_log.Select(Name).Order(), delayed.Select(Name).Order());
        long[] arrivals = [.. delayed.Where(e => e.ReceivedAt != BehaviourEvent.NoTime).Select(e => e.ReceivedAt)];
        Assert.Equal(arrivals.Order(), arrivals);
    }

    [Fact]
    public void Behaviours_are_late_by_the_mean_and_nothing_else_is()
    {
        ILookup<bool, BehaviourEvent> before = s_log.ToLookup(IsBehaviour);

        ILookup<bool, BehaviourEvent> after = Read(TimeSpan.FromHours(1)).ToLookup(IsBehaviour);

        Assert.InRange((after[true].Average(Arrival) - before[true].Average(Arrival)) / 3_600_000, 0.9, 1.1);
        Assert.Equal(before[false].Select(e => (Name(e), e.ReceivedAt)), after[false].Select(e => (Name(e), e.ReceivedAt)));
    }

    [Fact]
    public void The_same_seed_gives_the_same_delays() =>
        Assert.Equal(Read(TimeSpan.FromMinutes(5)).Select(e => e.ReceivedAt), Read(TimeSpan.FromMinutes(5)).Select(e => e.ReceivedAt));

    private static List<BehaviourEvent> Read(TimeSpan mean)
    {
        using var source = new DelayedLabels(new SmallPlatform.Source(s_log), SmallPlatform.Scene, mean, seed: 1);
        var events = new List<BehaviourEvent>();
        var e = new BehaviourEvent();
        while (source.TryRead(e))
        {
            events.Add(e);
            e = new BehaviourEvent();
        }

        return events;
    }

    private static bool IsBehaviour(BehaviourEvent e) => s_behaviours.Contains(Type(e));

    private static string Type(BehaviourEvent e) => System.Text.Encoding.UTF8.GetString(e.Type);

    private static string Name(BehaviourEvent e) => $"{e.At} {Type(e)} {System.Text.Encoding.UTF8.GetString(e.EventId)}";

    private static long Arrival(BehaviourEvent e) => e.ReceivedAt == BehaviourEvent.NoTime ? e.At : e.ReceivedAt;
}
