using CsCheck;
using Freshet.Core.Events;
using Freshet.Core.Time;
using Freshet.Tests.Samples;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Core.Time;

/// <summary>The law of docs/joining.md, "Time".</summary>
public sealed class EventClockTests
{
    private const long Noon = FirstMay + (12 * Hour);
    private const long Skew = Hour;

    // Within the skew, at its edge, over gaps, from the far future and the far past.
    private static readonly Gen<long> s_step = Gen.Frequency(
        (6, Gen.Long[-5 * Minute, 20 * Minute]), (2, Gen.OneOfConst(-Skew - 1, -Skew, -Skew + 1, Skew - 1, Skew, Skew + 1)), (2, Gen.Long[0, 5 * Hour]),
        (1, Gen.Long[-9 * Day, 9 * Day]));

    /// <summary>Steps of the stream, wrong times beside it, and how many lines say received_at before one does not.</summary>
    private static readonly Gen<(long At, long? ReceivedAt)[]> s_arrivals = Gen.Select(
        Gen.Select(s_step, Gen.Int[0, 9], Gen.Long[-5 * Minute, 3 * Hour]).Array[0, 60], Gen.OneOf(Gen.Const(0), Gen.Int[0, 60]), (steps, saying) =>
        {
            long at = Noon;
            return steps.Select((step, i) =>
            {
                at += Math.Abs(step.Item1) > 5 * Hour ? 0 : step.Item1;
                long said = at + (step.Item2 == 0 || Math.Abs(step.Item1) > 5 * Hour ? step.Item1 * 40 : 0);
                return (said, i < saying || step.Item2 == 1 ? at + step.Item3 : (long?)null);
            }).ToArray();
        });

    [Fact]
    public void It_is_that_of_the_naive_reference_which_keeps_everything() => s_arrivals.Sample(arrivals =>
    {
        EventClock clock = Create();
        var reference = new ReferenceClock(Skew, []);
        foreach ((long at, long? receivedAt) in arrivals)
        {
            reference = reference.With(at, receivedAt);
            EventTime seen = clock.TimeOf(Event(at, receivedAt)), time = clock.Observe(Event(at, receivedAt));

            Assert.Equal(time, seen);
            Assert.Equal(reference.Read(), (clock.Now, clock.HasBegun));
            Assert.Equal((clock.Now, clock.HasBegun), (time.Now, time.HasBegun));
            Assert.Equal(receivedAt is { } received && at > received + Skew ? received : at, time.At);
            Assert.Equal(clock.HasBegun, clock.Watermark != long.MinValue);
        }

        clock.End();
        Assert.Equal(reference.Read().Now, clock.Now);
        Assert.Equal(arrivals.Length > 0, clock.HasBegun);
    }, iter: 2_000);

    [Fact]
    public void Once_begun_it_never_goes_back_nor_does_the_watermark() => s_arrivals.Sample(arrivals =>
    {
        EventClock clock = Create();
        long now = long.MinValue, watermark = long.MinValue;
        foreach ((long at, long? receivedAt) in arrivals)
        {
            _ = clock.Observe(Event(at, receivedAt));
            Assert.True(!clock.HasBegun || clock.Now >= now);
            Assert.True(clock.Watermark >= watermark);
            (now, watermark) = (clock.HasBegun ? clock.Now : now, clock.Watermark);
        }
    });

    [Fact]
    public void A_restored_clock_goes_on_as_the_saved_one() => Gen.Select(s_arrivals, Gen.Int[0, 60]).Sample((arrivals, at) =>
    {
        int cut = Math.Min(at, arrivals.Length);
        EventClock whole = Create(), restored = Create();
        _ = ObserveAll(whole, arrivals[..cut]);
        using var state = new MemoryStream();
        whole.Save(new BinaryWriter(state));
        state.Position = 0;
        restored.Restore(new BinaryReader(state));

        Assert.Equal(state.Length, state.Position);
        Assert.Equal(ObserveAll(whole, arrivals[cut..]), ObserveAll(restored, arrivals[cut..]));
        Assert.Equal(whole.Watermark, restored.Watermark);
    });

    [Fact]
    public void A_log_in_order_of_time_advances_whatever_its_gaps_and_lags_by_eight_lines_at_most() =>
        Gen.Long[0, 40 * Day].Array[1, 60].Sample(gaps =>
        {
            EventClock clock = Create();
            long[] times = new long[gaps.Length];
            for (int i = 0; i < gaps.Length; i++)
            {
                times[i] = (i == 0 ? Noon : times[i - 1]) + gaps[i];
                _ = clock.Observe(Event(times[i], null));
                Assert.InRange(clock.Now, times[Math.Max(0, i - 8)], times[i]);
            }
        });

    [Fact]
    public void Fewer_than_eight_lines_of_the_future_in_a_row_are_not_seen_at_any_place() =>
        Gen.Select(Dense(30), Gen.Int[0, 7].Array[31], Gen.Long[2 * Hour, 100_000 * Hour].Array[220]).Sample((good, runs, futures) =>
        {
            EventClock clean = Create(), other = Create();
            int wrong = 0;
            for (int i = 0; i <= good.Length; i++)
            {
                for (int run = runs[i]; run > 0; run--)
                {
                    _ = other.Observe(Event(good[^1] + futures[wrong++], null));
                }

                if (i < good.Length)
                {
                    Assert.Equal(clean.Observe(Event(good[i], null)).Now, other.Observe(Event(good[i], null)).Now);
                }
            }

            clean.End();
            other.End();
            Assert.Equal((clean.Now, clean.Watermark), (other.Now, other.Watermark));
        });

    [Fact]
    public void Lines_of_the_past_are_not_seen_once_it_has_begun() =>
        Gen.Select(Dense(30), Gen.Int[0, 7].Array[31], Gen.Long[2 * Hour, 400_000 * Hour]).Sample((good, runs, past) =>
        {
            EventClock clean = Create(), other = Create();
            for (int i = 0; i < good.Length; i++)
            {
                Assert.Equal(clean.Observe(Event(good[i], null)), other.Observe(Event(good[i], null)));
                for (int run = i < 8 ? 0 : runs[i]; run > 0; run--)
                {
                    Assert.Equal(clean.Now, other.Observe(Event(good[0] - past, null)).Now);
                }
            }
        });

    [Fact]
    public void A_first_line_of_the_past_holds_it_for_eight_lines()
    {
        EventClock clock = Create();
        _ = clock.Observe(Event(0, null));
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(0, clock.Observe(Event(Noon + i, null)).Now);
        }

        Assert.Equal(Noon + 8, clock.Observe(Event(Noon + 8, null)).Now);
    }

    [Fact]
    public void Of_a_log_of_fewer_than_eight_lines_it_begins_with_the_least_at_the_end_of_the_input()
    {
        EventClock clock = Create();
        _ = ObserveAll(clock, [(Noon + (3 * Day), null), (Noon + Minute, null), (Noon, null)]);
        Assert.Equal((false, long.MinValue), (clock.HasBegun, clock.Watermark));

        clock.End();

        Assert.Equal((true, Noon + Minute, Noon), (clock.HasBegun, clock.Now, clock.Watermark));
    }

    [Fact]
    public void A_time_exactly_max_skew_ahead_is_believed_and_one_later_is_provisional()
    {
        EventClock clock = Begun();

        Assert.Equal(Noon + Skew, clock.TimeOf(Event(Noon + Skew, null)).Now);
        Assert.Equal(Noon, clock.Observe(Event(Noon + Skew + 1, null)).Now);
    }

    [Theory]
    [InlineData(1, Noon + Day)]
    [InlineData(0, Noon)]
    public void A_provisional_time_is_confirmed_by_eight_later_than_its_time_less_the_skew(int more, long expected)
    {
        EventClock clock = Begun();
        _ = clock.Observe(Event(Noon + Day, null));
        for (int i = 0; i < 7; i++)
        {
            Assert.Equal(Noon, clock.Observe(Event(Noon + Day, null)).Now);
        }

        Assert.Equal(expected, clock.Observe(Event(Noon + Day - Skew + more, null)).Now);
    }

    [Fact]
    public void While_every_line_says_when_it_arrived_it_is_the_latest_arrival_and_no_time_ahead_of_that_is_believed()
    {
        EventClock clock = Create();

        Assert.Equal(new EventTime(Noon, Noon + 5), clock.Observe(Event(Noon, Noon + 5)));
        Assert.Equal(new EventTime(Noon + 6, Noon + 6), clock.Observe(Event(Noon + (9 * Hour), Noon + 6)));
        Assert.Equal(new EventTime(Noon + 3 + Skew, Noon + 6), clock.Observe(Event(Noon + 3 + Skew, Noon + 3)));
    }

    [Fact]
    public void From_the_first_line_without_received_at_it_goes_by_believed_times_for_good()
    {
        EventClock clock = Create();
        _ = clock.Observe(Event(Noon, Noon));
        Assert.Equal(Noon + Minute, clock.Observe(Event(Noon + Minute, null)).Now);

        Assert.Equal(Noon + Minute, clock.Observe(Event(Noon, Noon + (3 * Minute))).Now);
        Assert.Equal(Noon + (2 * Minute), clock.Observe(Event(Noon + Day, Noon + (2 * Minute))).Now);
    }

    [Fact]
    public void An_arrival_that_is_no_time_of_the_calendar_is_not_said()
    {
        EventClock clock = Create();
        Assert.Equal(new EventTime(Noon, Noon, HasBegun: false), clock.Observe(Event(Noon, long.MaxValue / 2)));
    }

    [Fact]
    public void The_stage_waits_for_its_slowest_partition_until_that_is_idle()
    {
        EventClock clock = Create();
        See(clock, Noon, 0);
        See(clock, Noon, 1);
        See(clock, Noon + (5 * Minute), 0);
        Assert.Equal(Noon - Minute, clock.Watermark);

        See(clock, Noon + (5 * Minute) + 1, 0);

        Assert.Equal(Noon + (4 * Minute) + 1, clock.Watermark);
    }

    [Fact]
    public void A_partition_that_comes_back_from_idling_does_not_pull_it_back()
    {
        EventClock clock = Create();
        See(clock, Noon, 0);
        See(clock, Noon, 1);
        See(clock, Noon + (30 * Minute), 0);
        See(clock, Noon + (26 * Minute), 1);

        Assert.Equal((Noon + (30 * Minute), Noon + (29 * Minute)), (clock.Now, clock.Watermark));
    }

    [Fact]
    public void It_allocates_nothing()
    {
        EventClock clock = Begun();
        BehaviourEvent e = Event(Noon, null), wrong = Event(Noon + (99 * Day), null);
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                _ = clock.TimeOf(wrong);
                _ = clock.Observe(wrong);
                e.At += Minute;
                _ = clock.Observe(e);
            }
        }));
    }

    /// <summary>Times that begin within a minute and then step by at most the skew, some of them back.</summary>
    internal static Gen<long[]> Dense(int count) => Gen.Select(Gen.Long[0, Minute / 10].Array[8], Gen.Long[-20 * Minute, 40 * Minute].Array[count - 8], (first, rest) =>
    {
        long at = Noon;
        return first.Concat(rest).Select(step => Math.Max(Noon, at += step)).ToArray();
    });

    private static EventClock Create() => new(TimeSpan.FromMilliseconds(Skew), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5));

    private static EventClock Begun()
    {
        EventClock clock = Create();
        _ = ObserveAll(clock, [.. Enumerable.Repeat((Noon, (long?)null), 8)]);
        return clock;
    }

    private static void See(EventClock clock, long at, int partition) => _ = clock.Observe(Event(at, at), partition);

    private static List<EventTime> ObserveAll(EventClock clock, IEnumerable<(long At, long? ReceivedAt)> arrivals) =>
        [.. arrivals.Select(arrival => clock.Observe(Event(arrival.At, arrival.ReceivedAt)))];

    private static BehaviourEvent Event(long at, long? receivedAt) => new() { At = at, ReceivedAt = receivedAt ?? BehaviourEvent.NoTime };
}
