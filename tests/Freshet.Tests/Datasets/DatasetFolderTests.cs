using Freshet.Datasets;
using Freshet.Datasets.KuaiLive;
using Freshet.Datasets.KuaiRand;
using static Freshet.Tests.Datasets.KuaiRandFiles;

namespace Freshet.Tests.Datasets;

public sealed class DatasetFolderTests
{
    private const string KuaiRand = "the CSV files of KuaiRand (https://kuairand.com): logs, user features, basic video features";

    [Fact]
    public void A_missing_folder_is_named() => Assert.Equal(
        $"Folder 'no/such' does not exist. No event was read. Give the folder that holds {KuaiRand}.",
        Assert.Throws<DatasetException>(() => KuaiRandDataset.Open("no/such")).Message);

    [Fact]
    public void An_empty_folder_is_named()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal(
            $"Folder '{folder.Path}' holds no .csv or .csv.gz file. No event was read. Unpack {KuaiRand} there.",
            Assert.Throws<DatasetException>(() => KuaiRandDataset.Open(folder.Path)).Message);
    }

    [Fact]
    public void A_folder_without_profiles_says_which_and_what_it_holds()
    {
        using TemporaryFolder folder = new TemporaryFolder().With("log_a.csv", LogHeader + Row(5));

        Assert.Equal(
            $"Folder '{folder.Path}' is not complete. It holds log_a.csv. " +
            "No user features were found (columns user_id, user_active_degree). No video features were found (columns video_id, author_id, video_type). " +
            $"No event was read. Put {KuaiRand} there.",
            Assert.Throws<DatasetException>(() => KuaiRandDataset.Open(folder.Path)).Message);
    }

    [Fact]
    public void A_log_of_which_no_row_can_be_read_is_no_log()
    {
        using TemporaryFolder folder = Folder(LogHeader + "x\n");

        Assert.Contains(
            " No row of a log can be read; 1 rows were set aside.",
            Assert.Throws<DatasetException>(() => KuaiRandDataset.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_with_other_columns_names_what_is_there_and_what_is_needed()
    {
        using TemporaryFolder folder = Folder("time_ms,user_id\n1,2\n");

        Assert.Equal(
            "File 'log_a.csv' lacks columns: it has time_ms, user_id; needed are time_ms, user_id, video_id, tab, play_time_ms, duration_ms, " +
            "is_click, is_comment, is_follow, is_forward, is_hate, is_like, is_profile_enter. No event was read. Take the file as it was published, with its header line.",
            Assert.Throws<DatasetException>(() => KuaiRandDataset.Open(folder.Path)).Message);
    }

    [Fact]
    public void Two_files_of_user_features_are_one_too_many()
    {
        using TemporaryFolder folder = Folder(LogHeader + Row(5)).With("users2.csv", Users);

        Assert.Equal(
            "File 'users2.csv' is the second in its folder with features by user_id. No event was read. Keep one of them.",
            Assert.Throws<DatasetException>(() => KuaiRandDataset.Open(folder.Path)).Message);
    }

    [Fact]
    public void Missing_files_of_kuailive_are_listed()
    {
        using TemporaryFolder folder = new TemporaryFolder().With("click.csv", "").With("room.csv.gz", "").With("user.csv", "");

        Assert.Equal(
            $"Folder '{folder.Path}' is not complete. It holds click.csv, room.csv.gz, user.csv; missing: negative.csv, comment.csv, gift.csv, like.csv, streamer.csv. " +
            "No event was read. Unpack the CSV files of KuaiLive (https://imgkkk574.github.io/KuaiLive) there.",
            Assert.Throws<DatasetException>(() => KuaiLiveDataset.Open(folder.Path)).Message);
    }
}
