using System.IO.Hashing;
using Freshet.Datasets.Csv;

namespace Freshet.Datasets.KuaiRand;

/// <summary>Reads the rows of a log file.</summary>
internal static class KuaiRandLog
{
    /// <summary>2100-01-01 in ms since the epoch: a later time is a mistake.</summary>
    private const long LatestTime = 4_102_444_800_000;

    private static readonly (string Column, KuaiRandEvent Event)[] s_flags =
    [
        ("is_click", KuaiRandEvent.Click),
        ("is_comment", KuaiRandEvent.Comment),
        ("is_follow", KuaiRandEvent.Follow),
        ("is_forward", KuaiRandEvent.Forward),
        ("is_hate", KuaiRandEvent.Hate),
        ("is_like", KuaiRandEvent.Like),
        ("is_profile_enter", KuaiRandEvent.ProfileEnter),
    ];

    private static readonly string[] s_numbers = ["time_ms", "user_id", "video_id", "tab", "play_time_ms", "duration_ms"];

    /// <summary>Columns without which a file is no log.</summary>
    public static string[] Columns { get; } = [.. s_numbers, .. s_flags.Select(flag => flag.Column)];

    /// <summary>Appends all rows of <paramref name="file"/> to <paramref name="rows"/>.</summary>
    public static void Read(CsvFile file, List<KuaiRandRow> rows)
    {
        int[] columns = file.Need(Columns);
        int random = file.IndexOf("is_rand");
        while (file.TryReadRow())
        {
            var fields = new CsvFields(file);
            int played = (int)fields.Integer(columns[4], int.MaxValue);
            int happened = 1 << (int)KuaiRandEvent.Impression;
            happened |= played > 0 ? 1 << (int)KuaiRandEvent.Watch : 0;
            for (int i = 0; i < s_flags.Length; i++)
            {
                happened |= fields.Flag(columns[s_numbers.Length + i]) ? 1 << (int)s_flags[i].Event : 0;
            }

            var row = new KuaiRandRow
            {
                ShownAt = fields.Integer(columns[0], LatestTime),
                Hash = XxHash3.HashToUInt64(file.Row),
                User = (int)fields.Integer(columns[1], int.MaxValue),
                Video = (int)fields.Integer(columns[2], int.MaxValue),
                Tab = (int)fields.Integer(columns[3], int.MaxValue),
                Played = played,
                Duration = (int)fields.Integer(columns[5], int.MaxValue),
                Happened = (ushort)happened,
                Random = random < 0 ? null : fields.Flag(random),
            };
            if (!fields.SetAside())
            {
                rows.Add(row);
            }
        }
    }
}
