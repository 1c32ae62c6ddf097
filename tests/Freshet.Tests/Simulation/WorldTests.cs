using CsCheck;
using Freshet.Core;
using Freshet.Simulation;
using Freshet.Simulation.Traffic;
using Freshet.Simulation.World;

namespace Freshet.Tests.Simulation;

public sealed class WorldTests
{
    [Fact]
    public void A_host_does_one_thing_at_a_time() => Gen.ULong.Sample(
        seed =>
        {
            var options = new PlatformOptions { Seed = seed, Days = 2, Hosts = 20 };
            var hosts = new HostPopulation(options);
            var schedule = new AirSchedule(options, hosts);
            foreach (AirChange change in schedule.Changes)
            {
                bool found = schedule.TryFind(change.Host, change.Offset, out Broadcast stretch);
                Assert.Equal(change.IsOnAir, found);
                Assert.True(!found || (stretch.From == change.Offset && stretch.Activity == change.Activity));
                Assert.False(found && schedule.TryFind(change.Host, schedule.EndOfSession(change.Host, change.Offset), out _));
            }
        },
        iter: 20);

    [Fact]
    public void The_on_air_list_is_a_set() => Gen.Select(Gen.Int[0, 9], Gen.Bool).Array[0, 50].Sample(changes =>
    {
        var list = new OnAirList(10);
        var expected = new HashSet<int>();
        var random = new SplitMix64(1);
        int[] drawn = new int[10];
        foreach ((int host, bool isOnAir) in changes)
        {
            list.Set(host, isOnAir);
            _ = isOnAir ? expected.Add(host) : expected.Remove(host);
            int count = list.Draw(drawn, ref random);
            if (count != expected.Count || !expected.SetEquals(drawn.Take(count)))
            {
                return false;
            }
        }

        return true;
    });

    [Fact]
    public void Events_arrive_by_time_and_then_as_they_were_sent() => Gen.Long[0, 20].Array[0, 100].Sample(times =>
    {
        var queue = new ArrivalQueue();
        for (int i = 0; i < times.Length; i++)
        {
            queue.Send(new PlatformEvent { Number = i, Kind = EventKind.Click, At = 0, ReceivedAt = times[i] });
        }

        long[] expected = [.. Enumerable.Range(0, times.Length).OrderBy(i => times[i]).Select(i => (long)i)];
        return expected.SequenceEqual(expected.Select(_ => queue.Receive().Number)) && queue.NextAt == long.MaxValue;
    });

    [Fact]
    public void The_day_goes_from_midnight_to_midnight_without_a_step_back()
    {
        long[] times = [.. Enumerable.Range(0, 10_000).Select(i => VolumeCurve.TimeOfDay(i / 10_000.0))];

        Assert.Equal(0, times[0]);
        Assert.Equal(times.Order(), times);
        Assert.InRange(times[^1], 23 * 3_600_000L, (24 * 3_600_000L) - 1);
    }

    [Fact]
    public void A_pull_has_the_deviation_and_the_memory_that_were_asked_for()
    {
        var options = new PlatformOptions { Seed = 5, Days = 3, Hosts = 300 };
        var hosts = new HostPopulation(options);
        double squares = 0, products = 0;
        int count = 0;
        for (int host = 0; host < 300; host++)
        {
            for (int quarter = 0; quarter < (3 * 96) - 1; quarter++)
            {
                double now = hosts.Pull(host, quarter * HostPopulation.QuarterMs);
                squares += now * now;
                products += now * hosts.Pull(host, (quarter + 1) * HostPopulation.QuarterMs);
                count++;
            }
        }

        Assert.InRange(Math.Sqrt(squares / count), 0.9 * options.QuarterPullDeviation, 1.1 * options.QuarterPullDeviation);
        Assert.InRange(products / squares, options.QuarterPullPersistence - 0.01, options.QuarterPullPersistence + 0.01);
    }
}
