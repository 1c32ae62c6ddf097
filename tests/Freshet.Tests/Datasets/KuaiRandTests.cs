using Freshet.Core.Events;
using Freshet.Datasets;
using Freshet.Datasets.KuaiRand;
using static Freshet.Tests.Datasets.KuaiRandFiles;

namespace Freshet.Tests.Datasets;

public sealed class KuaiRandTests
{
    private const long Shown = 1_650_812_741_436;

    [Fact]
    public void A_row_becomes_an_impression_and_its_behaviours_at_their_times()
    {
        using TemporaryFolder folder = Folder(
            LogHeader + Row(Shown, click: 1, like: 1, follow: 1, comment: 1, forward: 1, hate: 1, profileEnter: 1, played: 61_802, duration: 49_866));

        List<ReadEvent> events = Behaviours(folder);

        Assert.Equal(
            [
                ("impression", Shown), ("click", Shown + 7000), ("comment", Shown + 61_802), ("follow", Shown + 61_802),
                ("forward", Shown + 61_802), ("hate", Shown + 61_802), ("like", Shown + 61_802),
                ("profile_enter", Shown + 61_802), ("watch", Shown + 61_802),
            ],
            events.Select(e => (e.Type, e.At)));
        Assert.All(events, e => Assert.Equal(($"10-{Shown}-1", "10", "5", "1"), (e.RequestId, e.UserId, e.ItemId, e.Surface)));
        Assert.Equal(61.802, events[^1].Value);
    }

    [Fact]
    public void A_click_on_a_short_video_comes_at_its_end()
    {
        using TemporaryFolder folder = Folder(LogHeader + Row(Shown, click: 1, duration: 3000));

        Assert.Equal(Shown + 3000, Behaviours(folder).Single(e => e.Type == "click").At);
    }

    [Fact]
    public void A_video_that_was_not_played_has_no_watch()
    {
        using TemporaryFolder folder = Folder(LogHeader + Row(Shown));

        Assert.Equal("impression", Assert.Single(Behaviours(folder)).Type);
    }

    [Fact]
    public void An_impression_carries_nothing_that_was_not_known_when_it_was_shown()
    {
        using TemporaryFolder folder = Folder(LogHeader + Row(Shown, click: 1, played: 20_000));

        Assert.Equal("duration_ms:20000", Behaviours(folder)[0].Features);
    }

    [Fact]
    public void Ids_of_behaviours_derive_from_the_row_and_the_type()
    {
        using TemporaryFolder folder = Folder(LogHeader + Row(Shown, click: 1));

        List<ReadEvent> events = Behaviours(folder);

        Assert.Matches("^r[0-9a-f]{16}$", events[0].EventId);
        Assert.Equal(events[0].EventId + "-click", events[1].EventId);
    }

    [Fact]
    public void An_exact_duplicate_row_is_a_duplicate_event_and_any_difference_is_not()
    {
        using TemporaryFolder folder = Folder(
            LogHeader + Row(Shown, click: 1) + Row(Shown, click: 1) + Row(Shown, click: 1, played: 5));

        var ids = Behaviours(folder).Where(e => e.Type == "impression").Select(e => e.EventId).ToList();

        Assert.Equal(3, ids.Count);
        Assert.Equal(2, ids.Distinct().Count());
    }

    [Fact]
    public void Several_files_are_merged_in_order_of_time_and_id()
    {
        using TemporaryFolder folder = Folder(
            LogHeader + Row(Shown + 50, click: 1) + Row(Shown, click: 1, played: 40) + Row(Shown + 7000))
            .With("log_b.csv.gz", OfficialLogHeader + $"9,6,20220424,2300,{Shown - 5},0,0,0,0,0,0,0,12,9000,0,0,0,1,4\n");

        List<ReadEvent> events = All(folder);

        Assert.Equal(
            events.OrderBy(e => e.At).ThenBy(e => e.EventId, StringComparer.Ordinal).Select(e => e.EventId),
            events.Select(e => e.EventId));
        ReadEvent first = events.First(e => e.Type == "impression");
        Assert.Equal(("9", "6", "4", "duration_ms:9000 is_rand=1"), (first.UserId, first.ItemId, first.Surface, first.Features));
    }

    [Fact]
    public void Profiles_of_videos_and_users_come_before_the_first_impression()
    {
        using TemporaryFolder folder = Folder(LogHeader + Row(Shown));

        List<ReadEvent> profiles = [.. All(folder).TakeWhile(e => e.Type == "profile")];

        Assert.Equal(["p-item-5", "p-item-6", "p-user-10", "p-user-9"], profiles.Select(e => e.EventId));
        Assert.All(profiles, e => Assert.Equal(Shown, e.At));
        Assert.Equal(
            "author_id=77 video_type=NORMAL upload_dt=2022-04-10 upload_type=Web video_duration:87433 music_id=915 tag=3,12", profiles[0].Features);
        Assert.Equal(
            "user_active_degree=high_active is_live_streamer=1 register_days:20.5 register_days_range=15-30", profiles[3].Features);
        Assert.Equal(("", "9"), (profiles[3].ItemId, profiles[3].UserId));
    }

    [Fact]
    public void A_row_that_cannot_be_read_is_set_aside_with_its_reason()
    {
        var rows = new List<MalformedRow>();
        string good = Row(Shown);
        using TemporaryFolder folder = Folder(
            LogHeader + good + "yesterday" + good[13..] + "1,2\n\n" + good.Replace(",20000,", ",-1,", StringComparison.Ordinal)
            + Row(Shown, click: 2) + good);

        using IEventSource source = KuaiRandDataset.Open(folder.Path, rows.Add);

        Assert.Equal(
            [
                "log_a.csv, line 3: time_ms is \"yesterday\", not a whole number from 0 to 4102444800000.",
                "log_a.csv, line 4: It has 2 fields, the header has 17.",
                "log_a.csv, line 6: duration_ms is \"-1\", not a whole number from 0 to 2147483647.",
                "log_a.csv, line 7: is_click is \"2\", not 0 or 1.",
            ],
            rows.Select(row => row.ToString()));
        Assert.Equal(4, source.Malformed);
        Assert.Equal(2, ReadEvent.All(source).Count(e => e.Type == "impression"));
    }

    [Fact]
    public void A_second_profile_of_an_id_is_set_aside()
    {
        var rows = new List<MalformedRow>();
        using TemporaryFolder folder = Folder(LogHeader + Row(Shown)).With("users.csv", Users + "9,low_active,1,20,15-30,\n");

        using IEventSource source = KuaiRandDataset.Open(folder.Path, rows.Add);

        Assert.Equal("users.csv, line 4: user_id \"9\" has a row already.", Assert.Single(rows).ToString());
    }

    [Fact]
    public void Files_of_the_official_folder_may_lie_in_its_data_folder()
    {
        using TemporaryFolder folder = new TemporaryFolder()
            .With("data/log_standard_4_08_to_4_21_pure.csv", OfficialLogHeader + $"9,6,20220424,2300,{Shown},1,0,0,0,0,0,0,12,9000,0,0,0,0,4\n")
            .With("data/user_features_pure.csv", Users)
            .With("data/video_features_basic_pure.csv", Videos)
            .With("data/video_features_statistic_pure.csv", "video_id,counts,show_cnt\n5,1,2\n");

        Assert.Equal(["impression", "watch", "click"], Behaviours(folder).Select(e => e.Type));
    }

    [Fact]
    public void Reading_allocates_nothing_per_event_in_steady_state()
    {
        using TemporaryFolder folder = Folder(LogHeader + string.Concat(
            Enumerable.Range(0, 4000).Select(i => Row(Shown + (i * 100), user: i % 7, click: 1, like: 1, played: 900))));
        using IEventSource source = KuaiRandDataset.Open(folder.Path);
        var buffer = new BehaviourEvent();
        Read(8000);

        Assert.Equal(0, Allocation.Of(() => Read(1_000)));

        void Read(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Assert.True(source.TryRead(buffer));
            }
        }
    }

    [Fact]
    public void The_real_log_has_its_known_counts()
    {
        string? path = Environment.GetEnvironmentVariable("FRESHET_KUAIRAND");
        Assert.SkipWhen(string.IsNullOrEmpty(path), "Set FRESHET_KUAIRAND to the folder of KuaiRand-Pure, 25 April to 4 May, to run this test.");

        using IEventSource source = KuaiRandDataset.Open(path!);
        var counts = new Dictionary<string, int>();
        var ids = new HashSet<string>();
        (long At, string Id) last = default;
        foreach (ReadEvent e in ReadEvent.All(source))
        {
            counts[e.Type] = counts.GetValueOrDefault(e.Type) + 1;
            _ = ids.Add(e.EventId);
            Assert.True(e.At > last.At || (e.At == last.At && string.CompareOrdinal(e.EventId, last.Id) >= 0));
            last = (e.At, e.EventId);
        }

        Assert.Equal(0, source.Malformed);
        Assert.Equal((171_805, 76_144, 2_996, 437, 224, 137), (counts["impression"], counts["click"], counts["like"], counts["comment"], counts["follow"], counts["forward"]));
        Assert.Equal(27_285 + 7_583, counts["profile"]);
        Assert.Equal(171_805 - 4_740, ids.Count(id => id.Length == 17 && id[0] == 'r'));
    }

    private static List<ReadEvent> All(TemporaryFolder folder)
    {
        using IEventSource source = KuaiRandDataset.Open(folder.Path);
        return ReadEvent.All(source);
    }

    private static List<ReadEvent> Behaviours(TemporaryFolder folder) => [.. All(folder).Where(e => e.Type != "profile")];
}
