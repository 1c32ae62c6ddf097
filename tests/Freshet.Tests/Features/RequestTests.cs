using static Freshet.Tests.Features.StageDriver;

namespace Freshet.Tests.Features;

public sealed class RequestTests
{
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
        driver.Stage.Apply(On(Event("impression", Start, item: "a"), "home"));
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
            Dense = [Scenes.Count(0, 0, global::Freshet.Core.Scenes.CounterWindow.Hour)],
        });
        driver.Stage.Apply(On(Event("impression", Start), "home"));
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
            Dense = [Scenes.Count(0, 0, global::Freshet.Core.Scenes.CounterWindow.Hour)],
        });
        driver.Stage.Apply(On(Event("impression", Start), "home"));
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
            Dense = [Scenes.Count(0, -1, global::Freshet.Core.Scenes.CounterWindow.Hour)],
        });
        var shown = Event("impression", Start);
        shown.BeginFeatureList("tag"u8);
        shown.AddListValue("sing"u8);
        shown.AddListValue("pk"u8);
        driver.Stage.Apply(shown);

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

    private static global::Freshet.Core.Events.BehaviourEvent Later(global::Freshet.Core.Events.BehaviourEvent shown)
    {
        var later = new global::Freshet.Core.Events.BehaviourEvent();
        later.CopyFrom(shown);
        later.At += Minute;
        return later;
    }
}
