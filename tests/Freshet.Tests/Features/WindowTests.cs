using CsCheck;
using Freshet.Core.Ports;
using Freshet.Core.Time;
using Freshet.Features.Windows;
using static Freshet.Tests.Features.StageDriver;

namespace Freshet.Tests.Features;

public sealed class WindowTests
{
    private static readonly int[] s_minutes = [1, 5, 60];
    private static readonly int[] s_buckets = [5, 12, 24];

    [Theory]
    [InlineData(0, 5 * Minute)]
    [InlineData(1, Hour)]
    [InlineData(2, Day)]
    public void An_event_leaves_a_window_when_the_bucket_n_after_its_own_begins(int window, long span)
    {
        var driver = new StageDriver(Scenes.ItemWindows());
        driver.Apply("impression", Start);

        Assert.Equal(1, driver.RowAt(Start + span - 1).Dense(0)[window]);
        Assert.Equal(0, driver.RowAt(Start + span).Dense(0)[window]);
    }

    [Fact]
    public void An_event_at_the_end_of_its_bucket_is_counted_for_one_bucket_less()
    {
        var driver = new StageDriver(Scenes.ItemWindows());
        driver.Apply("impression", Start + Minute - 1);

        Assert.Equal(1, driver.RowAt(Start + (5 * Minute) - 1).Dense(0)[0]);
        Assert.Equal(0, driver.RowAt(Start + (5 * Minute)).Dense(0)[0]);
    }

    [Fact]
    public void An_event_out_of_order_counts_in_its_own_bucket()
    {
        var driver = new StageDriver(Scenes.ItemWindows());
        driver.Apply("click", Start + (10 * Minute), request: "");
        driver.Apply("click", Start + (2 * Minute), request: "");

        ReadOnlySpan<float> dense = driver.RowAt(Start + (10 * Minute)).Dense(0);
        Assert.Equal(1, dense[3]);
        Assert.Equal(2, dense[4]);
    }

    [Fact]
    public void A_window_holds_nothing_that_is_later_than_its_end()
    {
        var driver = new StageDriver(Scenes.ItemWindows());
        driver.Apply("click", Start + (10 * Minute), request: "");

        Assert.Equal(0, driver.RowAt(Start + (9 * Minute)).Dense(0)[4]);
    }

    [Fact]
    public void An_event_whose_time_the_clock_has_not_come_to_counts_now_and_does_not_empty_the_windows()
    {
        var driver = new StageDriver(Scenes.ItemWindows());
        foreach (string user in (string[])["a", "b", "c"])
        {
            driver.Apply("click", Start, user, request: "");
        }

        driver.Stage.Apply(Event("click", Start + (365 * Day), "broken", request: ""), new EventTime(Start + (365 * Day), Start));

        Assert.Equal(Start, driver.Stage.Now);
        Assert.Equal(4, driver.RowAt(Start).Dense(0)[5]);
    }

    [Fact]
    public void What_came_before_the_clock_went_back_while_it_had_not_begun_is_forgotten()
    {
        var driver = new StageDriver(Scenes.ItemWindows());
        driver.Stage.Apply(Event("click", Start + (365 * Day), "broken", request: ""), new EventTime(Start + (365 * Day), Start + (365 * Day), HasBegun: false));
        driver.Stage.Apply(Event("click", Start, "a", request: ""), new EventTime(Start, Start, HasBegun: false));

        Assert.Equal(Start, driver.Stage.Now);
        Assert.Equal(1, driver.RowAt(Start).Dense(0)[5]);
    }

    [Fact]
    public void Keys_with_nothing_in_their_windows_leave_memory()
    {
        var store = new MemoryFeatureStore(Scenes.ItemWindows());
        for (ulong key = 0; key < 1_000; key++)
        {
            Count(store, key * 0x9E3779B97F4A7C15UL, Start);
        }

        for (int i = 0; i < 2_000; i++)
        {
            Count(store, 7, Start + Day + Hour);
        }

        Assert.Equal(1, store.KeyCount);
    }

    [Fact]
    public void Windows_equal_a_naive_count_over_random_logs()
    {
        // Minutes run back and forth; a naive ring keeps, per key, only what the newest event of the key still keeps.
        var log = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 1], Gen.Int[0, 2_000]).Array[0, 80];
        Gen.Select(log, Gen.Int[0, 2_200]).Sample((events, look) =>
        {
            var store = new MemoryFeatureStore(Scenes.ItemWindows());
            long now = 0;
            var kept = new List<(int Key, int What, int Minute)>();
            int[] newest = [-1, -1, -1, -1, -1];
            foreach ((int key, int what, int minute) in events)
            {
                now = Math.Max(now, minute);
                if (IsOver(minute, now))
                {
                    continue;
                }

                if (newest[key] < 0 || IsOver(newest[key], now))
                {
                    kept.RemoveAll(e => e.Key == key);
                    newest[key] = minute;
                }

                newest[key] = Math.Max(newest[key], minute);
                kept.Add((key, what, minute));
                store.Count([new WindowCount(new WindowKey(0, (ulong)key * 0x9E3779B97F4A7C15UL), what, minute * Minute)], now * Minute);
            }

            for (int key = 0; key < 5; key++)
            {
                long[] actual = new long[6];
                store.Read([new WindowKey(0, (ulong)key * 0x9E3779B97F4A7C15UL)], look * Minute, now * Minute, actual);
                for (int field = 0; field < 6; field++)
                {
                    Assert.Equal(Naive(kept, key, field / 3, field % 3, look, newest[key], now), actual[field]);
                }
            }
        });
    }

    private static void Count(MemoryFeatureStore store, ulong key, long at) =>
        store.Count([new WindowCount(new WindowKey(0, key), 0, at)], at);

    private static bool IsOver(long minute, long now) => minute / 60 <= (now / 60) - 24;

    private static long Naive(List<(int Key, int What, int Minute)> kept, int key, int what, int window, int look, int newest, long now)
    {
        if (newest < 0 || IsOver(newest, now))
        {
            return 0;
        }

        int width = s_minutes[window], n = s_buckets[window], end = look / width, head = newest / width;
        return kept.Count(e => e.Key == key && e.What == what && e.Minute / width <= end && e.Minute / width > Math.Max(end, head) - n);
    }
}
