using Freshet.Core;
using Freshet.Scenes;
using static Freshet.Tests.Features.StageDriver;

namespace Freshet.Tests.Features;

public sealed class UserStateTests
{
    private static readonly FeatureHash s_item = new("item");

    [Fact]
    public void The_history_is_most_recent_first_by_event_time_and_bounded()
    {
        var driver = new StageDriver(Scenes.Rich());
        foreach (int minute in (int[])[1, 7, 3, 5, 2, 6, 4])
        {
            driver.Apply("click", Start + (minute * Minute), item: $"i{minute}", request: "");
        }

        var row = driver.RowAt(Start + Hour, user: "u");

        Assert.Equal([s_item.Of("i7"), s_item.Of("i6"), s_item.Of("i5"), s_item.Of("i4"), s_item.Of("i3")], row.HistoryItems(0).ToArray());
        Assert.Equal(Start + (7 * Minute), row.HistoryTimes(0)[0]);
    }

    [Fact]
    public void A_deeper_behaviour_with_the_same_showing_takes_the_place_of_the_click()
    {
        var driver = new StageDriver(Scenes.Rich());
        driver.Apply("click", Start);
        driver.Apply("watch", Start, value: 31);
        driver.Apply("click", Start);
        driver.Apply("click", Start + 1, request: "r2");

        var row = driver.RowAt(Start + Hour, user: "u");

        Assert.Equal([s_item.Of("i"), s_item.Of("i")], row.HistoryItems(0).ToArray());
        Assert.Equal([(byte)0, (byte)1], row.HistoryBehaviours(0).ToArray());
    }

    [Fact]
    public void Closeness_halves_its_sum_in_a_half_life()
    {
        var driver = new StageDriver(Scenes.Close(1, 2));
        driver.Apply("click", Start, request: "");
        driver.Apply("watch", Start, value: 30, request: "");

        Assert.Equal((float)Math.Log(1 + 3), driver.RowAt(Start, "u").Dense(0)[0]);
        Assert.Equal((float)Math.Log(1 + 1.5), driver.RowAt(Start + (3 * Day), "u").Dense(0)[0]);
        Assert.Equal(0, driver.RowAt(Start, "other").Dense(0)[0]);
    }

    [Fact]
    public void Closeness_does_not_depend_on_the_order_of_arrival()
    {
        StageDriver inOrder = new(Scenes.Close()), reversed = new(Scenes.Close());
        foreach (long at in (long[])[Start, Start + Hour, Start + (2 * Hour)])
        {
            inOrder.Apply("click", at, request: "");
            reversed.Apply("click", (2 * Start) + (2 * Hour) - at, request: "");
        }

        float expected = (float)Math.Log(1 + Math.Pow(2, -2 / 72.0) + Math.Pow(2, -1 / 72.0) + 1);
        Assert.Equal(expected, inOrder.RowAt(Start + (2 * Hour), "u").Dense(0)[0], 6);
        Assert.Equal(expected, reversed.RowAt(Start + (2 * Hour), "u").Dense(0)[0], 6);
    }

    [Fact]
    public void A_rate_without_events_is_the_rate_of_the_scene()
    {
        var driver = new StageDriver(Scenes.Of(Scenes.Slot("item", Scenes.Item)) with
        {
            Counters = [new() { Name = "item", Key = [Scenes.Item], PriorWeight = 10 }],
            Dense = [Scenes.Rate(0, 0, CounterWindow.Hour)],
        });

        Assert.Equal(1 / 20f, driver.RowAt(Start).Dense(0)[0]);
        driver.Apply("impression", Start, item: "other");
        driver.Apply("impression", Start + 1, request: "r2");
        driver.Apply("click", Start + 2, item: "other");

        double prior = 2 / 22.0;
        Assert.Equal((float)prior, driver.RowAt(Start + Minute, item: "new").Dense(0)[0]);
        Assert.Equal((float)((1 + (prior * 10)) / 11), driver.RowAt(Start + Minute, item: "other").Dense(0)[0]);
    }
}
