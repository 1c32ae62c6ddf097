using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Scenes;
using static Freshet.Tests.Features.StageDriver;

namespace Freshet.Tests.Features;

public sealed class RequestTests
{
    private static readonly FeatureHash s_item = new("item");

    [Fact]
    public void An_impression_does_not_see_its_siblings()
    {
        var driver = new StageDriver(Scenes.ItemWindows());
        driver.Apply("impression", Start, item: "i", request: "r");

        Assert.Equal(0, driver.Row(Event("impression", Start, item: "i", request: "r")).Dense(0)[0]);
    }

    [Fact]
    public void An_impression_does_not_see_what_was_done_with_its_siblings()
    {
        var driver = new StageDriver(Scenes.Rich());
        driver.Apply(On(Event("impression", Start, item: "a"), "home"));
        driver.Apply("click", Start, item: "a");

        var sibling = driver.Row(On(Event("impression", Start, item: "b"), "home"));
        var next = driver.Row(On(Event("impression", Start + 10, item: "b", request: "r2"), "home"));

        Assert.Empty(sibling.HistoryItems(0).ToArray());
        Assert.Single(next.HistoryItems(0).ToArray());
    }

    [Theory]
    [InlineData(Second, 0)]
    [InlineData(Second + 1, 1)]
    public void A_request_is_over_more_than_a_second_after_its_first_impression(long later, float impressions)
    {
        var driver = new StageDriver(Scenes.ItemWindows());
        driver.Apply("impression", Start);

        Assert.Equal(impressions, driver.RowAt(Start + later).Dense(0)[0]);
    }

    [Fact]
    public void A_request_is_over_when_its_user_sees_another()
    {
        var driver = new StageDriver(Scenes.ItemWindows());
        driver.Apply("impression", Start, request: "r1");
        driver.Apply("impression", Start, request: "r2");

        Assert.Equal(1, driver.RowAt(Start).Dense(0)[0]);
    }

    [Fact]
    public void A_request_is_over_when_a_candidate_of_its_users_next_is_looked_at()
    {
        var driver = new StageDriver(Scenes.ItemWindows());
        driver.Apply("impression", Start, request: "r1");
        _ = driver.Row(Event("impression", Start, request: "r2"));

        Assert.Equal(1, driver.RowAt(Start).Dense(0)[0]);
    }

    [Fact]
    public void A_request_of_another_user_ends_nothing()
    {
        var driver = new StageDriver(Scenes.ItemWindows());
        driver.Apply("impression", Start, user: "u1", request: "r1");
        driver.Apply("impression", Start, user: "u2", request: "r2");

        Assert.Equal(0, driver.RowAt(Start).Dense(0)[0]);
    }

    [Fact]
    public void A_click_counts_under_the_key_of_its_impression()
    {
        var driver = new StageDriver(Scenes.Of(Scenes.Slot("item", Scenes.Item)) with
        {
            Counters = [new() { Name = "item_surface", Key = [Scenes.Item, Scenes.Surface] }],
            Dense = [Scenes.Count(0, 0, CounterWindow.Hour)],
        });
        driver.Apply(On(Event("impression", Start), "home"));
        driver.Apply("click", Start + (2 * Second));

        Assert.Equal(1, driver.Row(On(Event("impression", Start + Minute, "v"), "home")).Dense(0)[0]);
        Assert.Equal(0, driver.Row(On(Event("impression", Start + Minute, "v"), "live")).Dense(0)[0]);
    }

    [Fact]
    public void A_click_more_than_a_day_after_its_impression_has_no_surface_any_more()
    {
        var driver = new StageDriver(Scenes.Of(Scenes.Slot("item", Scenes.Item)) with
        {
            Counters = [new() { Name = "item_surface", Key = [Scenes.Item, Scenes.Surface] }],
            Dense = [Scenes.Count(0, 0, CounterWindow.Hour)],
        });
        driver.Apply(On(Event("impression", Start), "home"));
        for (int hour = 1; hour <= 24; hour++)
        {
            driver.Apply("click", Start + (hour * Hour), item: "other", request: "");
        }

        driver.Apply("click", Start + Day + 1);

        Assert.Equal(0, driver.Row(On(Event("impression", Start + Day + 2, "v"), "home")).Dense(0)[0]);
    }

    [Fact]
    public void An_impression_with_two_tags_counts_under_both()
    {
        var driver = new StageDriver(Scenes.Of(Scenes.Slot("item", Scenes.Item)) with
        {
            Counters = [new() { Name = "tag", Key = [Scenes.Tag] }],
            Dense = [Scenes.Count(0, -1, CounterWindow.Hour)],
        });
        var shown = Event("impression", Start);
        shown.BeginFeatureList("tag"u8);
        shown.AddListValue("sing"u8);
        shown.AddListValue("pk"u8);
        driver.Apply(shown);

        Assert.Equal(1, driver.Row(With(Event("impression", Start + Minute, "v"), "tag", "pk")).Dense(0)[0]);
        Assert.Equal(2, driver.Row(shown = Later(shown)).Dense(0)[0]);
        Assert.Equal(0, driver.Row(Event("impression", Start + Minute, "v")).Dense(0)[0]);
    }

    [Fact]
    public void A_sum_of_values_counts_once_when_it_is_complete()
    {
        var driver = new StageDriver(Scenes.Rich());
        driver.Apply("impression", Start);
        driver.Apply("impression", Start + Minute, request: "r2");
        for (int beat = 0; beat < 5; beat++)
        {
            driver.Apply("watch", Start + Minute + beat, value: 20);
        }

        Assert.Equal(1, driver.RowAt(Start + (2 * Minute), user: "u").Dense(0)[4]);
    }

    [Fact]
    public void What_a_user_does_elsewhere_does_not_overtake_what_waits()
    {
        var driver = new StageDriver(Scenes.Rich());
        driver.Apply("impression", Start, item: "shown", request: "r1");
        driver.Apply("impression", Start + Minute, item: "open", request: "r2");
        driver.Apply("click", Start + Minute, item: "open", request: "r2");
        driver.Apply("click", Start + Minute, item: "shown", request: "r1");
        driver.Apply("click", Start + Minute, item: "found", request: "");

        var row = driver.RowAt(Start + (2 * Minute), user: "u");

        Assert.Equal([s_item.Of("found"), s_item.Of("shown"), s_item.Of("open")], row.HistoryItems(0).ToArray());
    }

    [Fact]
    public void Closeness_adds_up_in_order_of_arrival_to_the_last_bit()
    {
        // In double precision 1 + ((click + watch) + click) is more than 1, and 1 + ((click + click) + watch) is 1.
        Scene scene = Scenes.Close(2.1499999999999998e-17, 6.802230246251567e-17);
        StageDriver waiting = new(scene), over = new(scene);
        foreach (StageDriver driver in (StageDriver[])[waiting, over])
        {
            driver.Apply("click", Start, request: "");
            driver.Apply("impression", Start);
            _ = driver.RowAt(driver == over ? Start + Minute : Start);
            driver.Apply("watch", Start, value: 30);
            driver.Apply("click", Start, request: "");
        }

        float expected = over.RowAt(Start, "u").Dense(0)[0];
        Assert.NotEqual(0, expected);
        Assert.Equal(expected, waiting.RowAt(Start, "u").Dense(0)[0]);
    }

    [Fact]
    public void An_impression_does_not_see_a_click_that_came_before_it_while_its_request_was_open()
    {
        var driver = new StageDriver(Scenes.Rich());
        driver.Apply("impression", Start, item: "a");
        driver.Apply("click", Start, item: "b");

        Assert.Empty(driver.Row(Event("impression", Start, item: "b")).HistoryItems(0).ToArray());
    }

    [Fact]
    public void A_click_without_its_impression_counts_under_the_keys_it_had_when_it_came()
    {
        var driver = new StageDriver(Scenes.Of(Scenes.Slot("item", Scenes.Item)) with
        {
            Counters = [new() { Name = "item_room", Key = [Scenes.Item, new(SelectorKind.ItemField, "room")] }],
            Dense = [Scenes.Count(0, 0, CounterWindow.Hour)],
        });
        driver.Apply(With(Event("item_status", Start, user: ""), "room", "old"));
        driver.Apply("impression", Start, item: "other");
        driver.Apply("click", Start, request: "");
        driver.Apply("click", Start, request: "");
        driver.Apply(With(Event("item_status", Start + 1, user: ""), "room", "new"));
        driver.Apply("click", Start + 1, request: "");

        Assert.Equal(1, driver.RowAt(Start + Minute).Dense(0)[0]);
        driver.Apply(With(Event("item_status", Start + Minute, user: ""), "room", "old"));
        Assert.Equal(2, driver.RowAt(Start + Minute).Dense(0)[0]);
    }

    [Fact]
    public void What_waits_counts_however_far_event_time_jumps()
    {
        var driver = new StageDriver(Scenes.Rich());
        driver.Apply("impression", Start);
        driver.Apply("click", Start);
        foreach (string user in (string[])["u1", "u2", "u3"])
        {
            driver.Apply("song_play", Start + (2 * Day), user, item: "");
        }

        Assert.Equal([s_item.Of("i")], driver.RowAt(Start + (2 * Day), "u").HistoryItems(0).ToArray());
    }

    [Fact]
    public void A_click_that_waits_while_its_impression_turns_a_day_old_counts()
    {
        var driver = new StageDriver(Scenes.Rich());
        driver.Apply("impression", Start, item: "a");
        for (int hour = 1; hour < 24; hour++)
        {
            driver.Apply("song_play", Start + (hour * Hour), item: "");
        }

        driver.Apply("impression", Start + Day - 500, item: "b");
        driver.Apply("click", Start + Day - 400, item: "a");
        driver.Apply("impression", Start + Day + 100, user: "v");

        Assert.Equal([s_item.Of("a")], driver.RowAt(Start + Day + Second, "u").HistoryItems(0).ToArray());
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 3)]
    public void An_impression_counts_nowhere_if_it_comes_more_than_a_day_late(long more, int impressions)
    {
        var driver = new StageDriver(Scenes.Of(Scenes.Slot("item", Scenes.Item)) with
        {
            Counters = [new() { Name = "item", Key = [Scenes.Item] }],
            Dense = [Scenes.Rate(0, 0, CounterWindow.Hour)],
        });
        foreach (string user in (string[])["u1", "u2", "u3"])
        {
            driver.Apply("impression", Start + Day, user, item: "other");
        }

        driver.Apply("impression", Start - more);

        Assert.Equal(1f / (20 + impressions), driver.RowAt(Start + Day + Minute).Dense(0)[0]);
    }

    private static BehaviourEvent Later(BehaviourEvent shown)
    {
        var later = new BehaviourEvent();
        later.CopyFrom(shown);
        later.At += Minute;
        return later;
    }
}
