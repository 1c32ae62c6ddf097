using Freshet.Core.Events;
using Freshet.Datasets;
using Freshet.Datasets.KuaiLive;

namespace Freshet.Tests.Datasets;

public sealed class KuaiLiveTests
{
    private const string Actions = "user_id,live_id,streamer_id,timestamp\n";

    private const string Rooms = "p_date,live_id,streamer_id,live_type,start_timestamp,end_timestamp,live_content_category\n";

    [Fact]
    public void A_click_is_an_impression_a_click_and_a_watch()
    {
        using TemporaryFolder folder = Folder(clicks: "1,50,7,1000,61800\n");

        List<ReadEvent> events = Events(folder);

        Assert.Equal([("impression", 1000L), ("click", 1000L), ("watch", 62_800L)], events.Select(e => (e.Type, e.At)));
        Assert.All(events, e => Assert.Equal(("1-1000", "1", "7"), (e.RequestId, e.UserId, e.ItemId)));
        Assert.Equal("live_id=50", events[0].Features);
        Assert.Equal(61.8, events[2].Value);
        Assert.Equal([events[0].EventId + "-click", events[0].EventId + "-watch"], events.Skip(1).Select(e => e.EventId));
    }

    [Fact]
    public void A_negative_is_an_impression_of_the_same_request()
    {
        using TemporaryFolder folder = Folder(clicks: "1,50,7,1000,0\n", negatives: "1,51,8,1000\n");

        List<ReadEvent> events = Events(folder);

        Assert.Equal(2, events.Count(e => e.Type == "impression"));
        Assert.Equal("1-1000", Assert.Single(events.Select(e => e.RequestId).Distinct()));
        Assert.Equal("7", Assert.Single(events, e => e.Type == "click").ItemId);
    }

    [Fact]
    public void A_like_belongs_to_the_latest_click_on_the_room_at_or_before_it()
    {
        using TemporaryFolder folder = Folder(
            clicks: "1,50,7,1000,0\n1,50,7,3000,0\n1,51,7,3500,0\n2,50,7,3900,0\n",
            likes: "1,50,7,2999\n1,50,7,3000\n1,50,7,9000\n");

        Assert.Equal(["1-1000", "1-3000", "1-3000"], Events(folder).Where(e => e.Type == "like").Select(e => e.RequestId));
    }

    [Fact]
    public void A_behaviour_without_a_click_before_it_is_organic()
    {
        using TemporaryFolder folder = Folder(
            clicks: "1,50,7,1000,0\n", comments: "1,50,7,999\n", gifts: "3,50,7,5000,12.5\n");

        List<ReadEvent> events = Events(folder);

        Assert.Equal("", Assert.Single(events, e => e.Type == "comment").RequestId);
        Assert.Equal(("", 12.5), Assert.Single(events.Where(e => e.Type == "gift").Select(e => (e.RequestId, e.Value))));
    }

    [Fact]
    public void A_room_puts_its_streamer_on_the_air_and_off_it()
    {
        using TemporaryFolder folder = Folder(clicks: "1,50,7,1000,0\n", rooms: "20250505,50,7,2,1000,1500,Sing\n20250505,51,7,2,1600,,\n");

        List<ReadEvent> events = [.. Events(folder).Where(e => e.Type is "item_status" or "impression")];

        Assert.Equal(
            [
                ("item_status", 1000L, "on_air=1 live_id=50 live_type=2 category=Sing"),
                ("impression", 1000L, "live_id=50"),
                ("item_status", 1500L, "on_air=0 live_id=50 live_type=2 category=Sing"),
                ("item_status", 1600L, "on_air=1 live_id=51 live_type=2"),
            ],
            events.Select(e => (e.Type, e.At, e.Features)));
    }

    [Fact]
    public void Profiles_come_first_at_the_time_of_the_first_event()
    {
        using TemporaryFolder folder = Folder(clicks: "1,50,7,1000,0\n", likes: "1,50,7,400\n");

        List<ReadEvent> profiles = [.. All(folder).TakeWhile(e => e.Type == "profile")];

        Assert.Equal([("p-item-7", 400L), ("p-user-1", 400L)], profiles.Select(e => (e.EventId, e.At)));
        Assert.Equal("gender=M age=24-30 fans_user_num=10000-100000 onehot_feat0=1", profiles[0].Features);
    }

    [Fact]
    public void Events_come_in_order_of_time_and_id()
    {
        using TemporaryFolder folder = Folder(
            clicks: "1,50,7,1000,500\n2,50,7,1500,0\n", negatives: "1,51,8,1500\n", likes: "1,50,7,1500\n", comments: "1,50,7,1500\n",
            gifts: "1,50,7,1500,1\n", rooms: "1,50,7,2,100,1500,Sing\n1,52,7,2,1500,1900,Talk\n");

        List<ReadEvent> events = All(folder);

        Assert.Equal(
            events.OrderBy(e => e.At).ThenBy(e => e.EventId, StringComparer.Ordinal).Select(e => e.EventId), events.Select(e => e.EventId));
        Assert.Equal(15, events.Count);
    }

    [Fact]
    public void Rows_that_cannot_be_read_are_set_aside()
    {
        var malformed = new List<MalformedRow>();
        using TemporaryFolder folder = Folder(
            clicks: "1,50,7,1000,0\n1,50,7,never,0\n", gifts: "1,50,7,1000,free\n", rooms: "1,50,7,2,900,800,Sing\n1,50,7,2,900,900,Sing\n");

        using IEventSource source = KuaiLiveDataset.Open(folder.Path, malformed.Add);

        Assert.Equal(
            [
                "click.csv, line 3: timestamp is \"never\", not a whole number from 0 to 4102444800000.",
                "gift.csv, line 2: gift_price is \"free\", not a number >= 0.",
                "room.csv, line 2: end_timestamp 800 is not after start_timestamp 900.",
                "room.csv, line 3: end_timestamp 900 is not after start_timestamp 900.",
            ],
            malformed.Select(row => row.ToString()));
        Assert.Equal(4, source.Malformed);
    }

    [Fact]
    public void A_log_that_shows_nothing_is_refused()
    {
        using TemporaryFolder folder = Folder(clicks: "");

        Assert.StartsWith(
            $"Folder '{folder.Path}' shows nothing: ", Assert.Throws<DatasetException>(() => KuaiLiveDataset.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static TemporaryFolder Folder(
        string clicks, string negatives = "", string likes = "", string comments = "", string gifts = "", string rooms = "") =>
        new TemporaryFolder()
            .With("click.csv", "user_id,live_id,streamer_id,timestamp,watch_live_time\n" + clicks)
            .With("negative.csv.gz", Actions + negatives)
            .With("like.csv", Actions + likes)
            .With("comment.csv", Actions + comments)
            .With("gift.csv", "user_id,live_id,streamer_id,timestamp,gift_price\n" + gifts)
            .With("room.csv", Rooms + rooms)
            .With("user.csv", "user_id,gender,age,onehot_feat0\n1,F,18-23,0\n")
            .With("streamer.csv", "streamer_id,gender,age,fans_user_num,onehot_feat0\n7,M,24-30,10000-100000,1\n");

    private static List<ReadEvent> All(TemporaryFolder folder)
    {
        using IEventSource source = KuaiLiveDataset.Open(folder.Path);
        return ReadEvent.All(source);
    }

    private static List<ReadEvent> Events(TemporaryFolder folder) => [.. All(folder).Where(e => e.Type != "profile")];
}
