using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Scenes;
using static Freshet.Tests.Features.StageDriver;

namespace Freshet.Tests.Features;

public sealed class SelectorTests
{
    [Fact]
    public void What_an_impression_brings_wins()
    {
        var driver = new StageDriver(Scenes.Of(Scenes.Slot("item", Scenes.Item)) with
        {
            Dense = [Scenes.Number("heat", new(SelectorKind.ItemField, "heat"))],
        });
        driver.Apply(With(Event("item_status", Start, user: ""), "heat", "7"));
        var shown = With(Event("impression", Start), "item", "other");
        shown.AddFeature("heat", 3.5);

        var row = driver.Row(shown);

        Assert.Equal([new FeatureHash("item").Of("other")], row.Ids(0, 0).ToArray());
        Assert.Equal(3.5f, row.Dense(0)[0]);
        Assert.Equal(7, driver.Row(Event("impression", Start)).Dense(0)[0]);
    }

    [Fact]
    public void Texts_are_split_and_empty_parts_are_no_values()
    {
        var driver = new StageDriver(Scenes.Of(new Slot { Name = "tags", Table = "tag", Source = Scenes.Tag, Split = ',' }));

        var row = driver.Row(With(Event("impression", Start), "tag", "sing,,pk,"));

        var hash = new FeatureHash("tag");
        Assert.Equal([hash.Of("sing"), hash.Of("pk")], row.Ids(0, 0).ToArray());
    }

    [Fact]
    public void A_cross_is_the_product_of_its_bags()
    {
        var driver = new StageDriver(Scenes.Of(
            Scenes.Slot("user", Scenes.User), new Slot { Name = "tags", Table = "tag", Source = Scenes.Tag, Split = ',' },
            new Slot { Name = "cross", Table = "cross", Cross = [0, 1] }));

        var row = driver.Row(With(Event("impression", Start), "tag", "sing,pk"));

        byte[] value = [.. BitConverter.GetBytes(row.Ids(0, 0)[0]), .. BitConverter.GetBytes(row.Ids(0, 1)[1])];
        Assert.Equal(2, row.Ids(0, 2).Length);
        Assert.Equal(new FeatureHash("cross").Of(value), row.Ids(0, 2)[1]);
    }

    [Fact]
    public void A_cross_has_at_most_64_ids()
    {
        var tags = new Slot { Name = "tags", Table = "tag", Source = Scenes.Tag, Split = ',' };
        var driver = new StageDriver(Scenes.Of(tags, new Slot { Name = "cross", Table = "cross", Cross = [0, 0, 0] }));

        var row = driver.Row(With(Event("impression", Start), "tag", "a,b,c,d,e"));

        Assert.Equal(64, row.Ids(0, 1).ToArray().Distinct().Count());
    }

    [Theory]
    [InlineData("0.5", "0")]
    [InlineData("1", "1")]
    [InlineData("2.9", "1")]
    [InlineData("3", "2")]
    public void A_bucket_is_the_count_of_boundaries_up_to_the_number(string number, string bucket)
    {
        var source = new NumericSource { Kind = NumericKind.Field, Field = Scenes.Tag };
        var driver = new StageDriver(Scenes.Of(new Slot { Name = "b", Table = "b", Bucket = new(source, [1, 3]) }));

        Assert.Equal([new FeatureHash("b").Of(bucket)], driver.Row(With(Event("impression", Start), "tag", number)).Ids(0, 0).ToArray());
        Assert.Empty(driver.Row(With(Event("impression", Start), "tag", "much")).Ids(0, 0).ToArray());
    }

    [Fact]
    public void A_number_brought_for_a_bucket_slot_is_cut()
    {
        var source = new NumericSource { Kind = NumericKind.Field, Field = Scenes.Tag };
        var driver = new StageDriver(Scenes.Of(new Slot { Name = "b", Table = "b", Bucket = new(source, [1, 3]) }));
        var shown = Event("impression", Start);
        shown.AddFeature("b", 2);

        Assert.Equal([new FeatureHash("b").Of("1")], driver.Row(shown).Ids(0, 0).ToArray());
    }

    [Fact]
    public void The_latest_status_or_profile_wins_whatever_the_order_of_arrival()
    {
        var driver = new StageDriver(Scenes.Of(Scenes.Slot("a", new(SelectorKind.ItemField, "activity"))));
        driver.Apply(With(Event("item_status", Start + 10, user: ""), "activity", "pk"));
        driver.Apply(With(Event("item_status", Start, user: ""), "activity", "sing"));
        driver.Apply(With(Event("profile", Start + 10, user: ""), "activity", "none"));

        Assert.Equal([new FeatureHash("a").Of("pk")], driver.RowAt(Start + 20).Ids(0, 0).ToArray());
    }

    [Fact]
    public void A_signal_replaces_all_fields_of_the_one_before()
    {
        var driver = new StageDriver(Scenes.Rich());
        driver.Apply(With(Event("song_play", Start, item: ""), "song_id", "s4"));
        Assert.Equal([new FeatureHash("song").Of("s4")], driver.RowAt(Start, user: "u").Ids(0, 8).ToArray());

        driver.Apply(Event("song_play", Start + 1, item: ""));
        Assert.Empty(driver.RowAt(Start + 1, user: "u").Ids(0, 8).ToArray());
    }

    [Fact]
    public void A_signal_that_is_not_declared_is_a_mistake_of_the_scene()
    {
        var scene = Scenes.Of(Scenes.Slot("s", new(SelectorKind.SignalField, "x", "pay")));

        var error = Assert.Throws<SceneException>(() => new StageDriver(scene));

        Assert.Equal("Scene 'test' reads 'signal.pay.x', but its signals are ''. Declare the signal or remove the source.", error.Message);
    }

    [Theory]
    [InlineData("2024-03-31T00:59:59Z", "1", 7, 0.0833217592)]
    [InlineData("2024-03-31T01:00:00Z", "3", 7, 2.0 / 23)]
    [InlineData("2024-03-31T21:59:59Z", "23", 7, 0.99998792)]
    [InlineData("2024-10-27T00:30:00Z", "2", 7, 2.5 / 25)]
    [InlineData("2024-10-27T01:30:00Z", "2", 7, 3.5 / 25)]
    [InlineData("2024-10-27T23:00:00Z", "0", 1, 0)]
    public void Hours_weekdays_and_shares_of_the_day_follow_the_clocks_of_the_zone(string instant, string hour, int weekday, double share)
    {
        var driver = new StageDriver(Scenes.Rich());
        long at = DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

        var row = driver.RowAt(at);

        Assert.Equal([new FeatureHash("hour").Of(hour)], row.Ids(0, 4).ToArray());
        Assert.Equal([new FeatureHash("weekday").Of($"{weekday}")], row.Ids(0, 5).ToArray());
        if (hour != "1")
        {
            Assert.Equal(share, row.Dense(0)[6], 6);
        }
    }

    [Fact]
    public void Absent_and_infinite_numbers_are_0_after_scaling()
    {
        var driver = new StageDriver(Scenes.Of(Scenes.Slot("item", Scenes.Item)) with
        {
            Dense =
            [
                Scenes.Number("a", Scenes.Tag) with { Scaling = Scaling.Standard, Mean = 5, Deviation = 2 },
                Scenes.Number("b", Scenes.Tag, Scaling.Log1p),
            ],
        });

        Assert.Equal([0f, 0f], driver.Row(Event("impression", Start)).Dense(0).ToArray());
        Assert.Equal([2f, (float)Math.Log(10)], driver.Row(With(Event("impression", Start), "tag", "9")).Dense(0).ToArray());
        Assert.Equal([-7f, (float)-Math.Log(10)], driver.Row(With(Event("impression", Start), "tag", "-9")).Dense(0).ToArray());
    }

    [Fact]
    public void The_bias_is_of_surface_and_position_and_ranking_assumes_the_reference()
    {
        var scene = Scenes.Of(Scenes.Slot("item", Scenes.Item));
        var shown = On(Event("impression", Start), "home");
        shown.Position = 3;
        var bias = new FeatureHash("bias");

        var row = new StageDriver(scene with { Model = new() { ReferencePosition = 0 } }).Row(shown);
        var off = new StageDriver(scene with { Model = new() { PositionBias = false } }).Row(shown);
        shown.Position = BehaviourEvent.NoPosition;
        var none = new StageDriver(scene).Row(shown);

        Assert.Equal((bias.Of("home|3"), bias.Of("home|0")), (row.BiasId(0), row.ReferenceBiasId(0)));
        Assert.Equal((0UL, 0UL), (off.BiasId(0), off.ReferenceBiasId(0)));
        Assert.Equal((bias.Of("home|-"), bias.Of("home|-")), (none.BiasId(0), none.ReferenceBiasId(0)));
    }
}
