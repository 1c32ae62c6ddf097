using System.IO.Hashing;
using Freshet.Datasets.Csv;

namespace Freshet.Datasets.KuaiLive;

/// <summary>Reads the rows of KuaiLive's files.</summary>
internal static class KuaiLiveFiles
{
    /// <summary>2100-01-01 in ms since the epoch: a later time is a mistake.</summary>
    private const long LatestTime = 4_102_444_800_000;

    private static readonly string[] s_action = ["user_id", "live_id", "streamer_id", "timestamp"];
    private static readonly string[] s_click = [.. s_action, "watch_live_time"];
    private static readonly string[] s_gift = [.. s_action, "gift_price"];

    private static readonly string[] s_room =
        ["live_id", "streamer_id", "start_timestamp", "end_timestamp", "live_type", "live_content_category"];

    /// <summary>Appends the rows of click.csv (<paramref name="clicked"/>) or negative.csv.</summary>
    public static void ReadShows(CsvFile file, bool clicked, List<KuaiLiveShow> shows)
    {
        int[] columns = file.Need(clicked ? s_click : s_action);
        while (file.TryReadRow())
        {
            var fields = new CsvFields(file);
            var show = new KuaiLiveShow
            {
                User = (int)fields.Integer(columns[0], int.MaxValue),
                Live = (int)fields.Integer(columns[1], int.MaxValue),
                Streamer = (int)fields.Integer(columns[2], int.MaxValue),
                ShownAt = fields.Integer(columns[3], LatestTime),
                Watched = clicked ? (int)fields.Integer(columns[4], int.MaxValue) : -1,
                Hash = XxHash3.HashToUInt64(file.Row),
            };
            if (!fields.SetAside())
            {
                shows.Add(show);
            }
        }
    }

    /// <summary>Appends the rows of comment.csv, gift.csv or like.csv.</summary>
    public static void ReadActions(CsvFile file, KuaiLiveEvent kind, List<KuaiLiveAction> actions)
    {
        int[] columns = file.Need(kind == KuaiLiveEvent.Gift ? s_gift : s_action);
        while (file.TryReadRow())
        {
            var fields = new CsvFields(file);
            var action = new KuaiLiveAction
            {
                Kind = kind,
                User = (int)fields.Integer(columns[0], int.MaxValue),
                Live = (int)fields.Integer(columns[1], int.MaxValue),
                Streamer = (int)fields.Integer(columns[2], int.MaxValue),
                At = fields.Integer(columns[3], LatestTime),
                Value = kind == KuaiLiveEvent.Gift ? fields.Number(columns[4]) : double.NaN,
                Hash = XxHash3.HashToUInt64(file.Row),
            };
            if (!fields.SetAside())
            {
                actions.Add(action);
            }
        }
    }

    /// <summary>Appends the rows of room.csv.</summary>
    public static void ReadRooms(CsvFile file, TextPool texts, List<KuaiLiveRoom> rooms)
    {
        int[] columns = file.Need(s_room);
        while (file.TryReadRow())
        {
            var fields = new CsvFields(file);
            var room = new KuaiLiveRoom
            {
                Live = (int)fields.Integer(columns[0], int.MaxValue),
                Streamer = (int)fields.Integer(columns[1], int.MaxValue),
                StartedAt = fields.Integer(columns[2], LatestTime),
                EndedAt = file[columns[3]].IsEmpty ? -1 : fields.Integer(columns[3], LatestTime),
                LiveType = texts.IndexOf(file[columns[4]]),
                Category = texts.IndexOf(file[columns[5]]),
                Hash = XxHash3.HashToUInt64(file.Row),
            };
            if (fields.SetAside())
            {
                continue;
            }

            if (room.EndedAt >= 0 && room.EndedAt <= room.StartedAt)
            {
                file.SetAside($"end_timestamp {room.EndedAt} is not after start_timestamp {room.StartedAt}.");
                continue;
            }

            rooms.Add(room);
        }
    }
}
