using Freshet.Core.Events;
using Freshet.Samples;
using Freshet.Scenes;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

public sealed class JoinAllocationTests
{
    private const int EventsPerDay = 4_000;
    private const int WarmDays = 6;

    [Theory]
    [InlineData(AttributionMode.Cumulative)]
    [InlineData(AttributionMode.Window)]
    [InlineData(AttributionMode.Immediate)]
    public void Once_days_come_and_go_an_event_allocates_nothing(AttributionMode mode)
    {
        Scene scene = With(new AttributionOptions { Mode = mode, RetainDays = 0 });
        var joiner = new Joiner(scene);
        var table = new SampleTable(scene);
        BehaviourEvent[] day = Day();
        for (int i = 0; i < WarmDays; i++)
        {
            Feed(joiner, day, 0, day.Length);
            joiner.Cut(day[^1].At, table);
            Shift(day);
        }

        // The least of some days: a collection (of another test's garbage) counts what was left of the thread's 8 KiB as allocated.
        long least = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            Feed(joiner, day, 0, 10); // a new day's file is opened with its first identity
            long before = GC.GetAllocatedBytesForCurrentThread();
            Feed(joiner, day, 10, day.Length);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            joiner.Cut(day[^1].At, table);
            Shift(day);
        }

        Assert.Equal(0, least);
    }

    private static BehaviourEvent[] Day()
    {
        var events = new BehaviourEvent[EventsPerDay];
        for (int i = 0; i < EventsPerDay; i++)
        {
            string type = (i % 4) switch { 0 => "impression", 1 => "click", 2 => "watch", _ => "gift" };
            events[i] = new Line(type, $"event-{i}", FirstMay + (i * 20_000L), $"u{i / 4 % 50}", $"r{i / 4}", "h1", i % 50).ToEvent();
        }

        return events;
    }

    private static void Shift(BehaviourEvent[] day)
    {
        foreach (BehaviourEvent e in day)
        {
            e.At += TestScene.Day;
        }
    }

    private static void Feed(Joiner joiner, BehaviourEvent[] day, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            joiner.Add(day[i], joiner.WantsSnapshot(day[i]) ? i : -1);
        }
    }
}
