using System.Globalization;
using DuckDB.NET.Data;
using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Samples;
using Freshet.Samples.Files;
using Freshet.Scenes;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>Sample files, read back by Freshet and by DuckDB.</summary>
public sealed class SampleFolderTests : IDisposable
{
    private static readonly Scene s_scene = With(Cumulative) with
    {
        Slots = [new Slot { Name = "item", Table = "item" }, new Slot { Name = "category", Table = "category" }],
        Dense = [new DenseFeature { Name = "user_ctr", Source = new NumericSource { Kind = NumericKind.DayFraction } }],
        History = new HistoryOptions { Length = 5, ItemSlot = 0 },
    };

    private readonly string _root = Directory.CreateTempSubdirectory("freshet-samples-").FullName;
    private readonly Joiner _joiner = new(s_scene);
    private readonly SampleTable _table = new(s_scene, keepImpressions: true);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_day_reads_back_as_it_was_in_memory()
    {
        Fill(300);
        _joiner.Cut(FirstMay + (20 * Hour), _table);
        var folder = new SampleFolder(_root, s_scene);

        folder.Commit(FirstMay + (20 * Hour), _table);

        Assert.Equal(_table.Days, folder.Days);
        foreach (DateOnly date in _table.Days)
        {
            AssertSame(_table, folder.Load(FirstMay + (20 * Hour), date), date);
        }
    }

    [Fact]
    public void A_later_cutoff_rewrites_labels_and_adds_only_new_features()
    {
        var folder = new SampleFolder(_root, s_scene);
        Fill(100);
        _joiner.Cut(FirstMay + (10 * Hour), _table);
        folder.Commit(FirstMay + (10 * Hour), _table);
        Dictionary<string, DateTime> before = Features();
        _joiner.Add(new Line("click", "late", FirstMay + (9 * Hour), "u0", "r0", "h0").ToEvent(), -1);
        Show(Line.Impression("new", FirstMay + (10 * Hour), "u9"), 900);
        _joiner.Cut(FirstMay + (11 * Hour), _table);

        folder.Commit(FirstMay + (11 * Hour), _table);

        Assert.Equal([FirstMay + (10 * Hour), FirstMay + (11 * Hour)], folder.Cutoffs);
        Dictionary<string, DateTime> after = Features();
        Assert.Equal(before.Count + 1, after.Count);
        Assert.All(before, file => Assert.Equal(file.Value, after[file.Key]));
        Assert.Equal(100, Read(folder, FirstMay + (10 * Hour)).Count);
        Assert.Equal(101, Read(folder, FirstMay + (11 * Hour)).Count);
        Assert.False(Read(folder, FirstMay + (10 * Hour))[0].Has(Click));
        Assert.True(Read(folder, FirstMay + (11 * Hour))[0].Has(Click));
    }

    [Fact]
    public void A_folder_opened_again_goes_on_without_writing_a_feature_twice()
    {
        Fill(50);
        _joiner.Cut(FirstMay + (10 * Hour), _table);
        new SampleFolder(_root, s_scene).Commit(FirstMay + (10 * Hour), _table);
        Dictionary<string, DateTime> before = Features();
        var again = new SampleFolder(_root, s_scene);

        again.Commit(FirstMay + (10 * Hour), _table);
        _joiner.Cut(FirstMay + (11 * Hour), _table);
        again.Commit(FirstMay + (11 * Hour), _table);

        Assert.Equal(before, Features());
        Assert.Equal(50, Read(again, FirstMay + (11 * Hour)).Count);
    }

    [Fact]
    public void DuckDB_joins_features_and_labels_by_identity_to_the_table_in_memory()
    {
        Fill(300);
        _joiner.Cut(FirstMay + (20 * Hour), _table);
        new SampleFolder(_root, s_scene).Commit(FirstMay + (20 * Hour), _table);

        List<string> rows = Query(
            $"""
            SELECT f.user_id || ' ' || f.item_id || ' ' || f.slot_item[1] || ' ' || len(f.slot_category) || ' ' || f.user_ctr
              || ' ' || len(f.history_items) || ' ' || coalesce(list_sum(f.history_times), 0) || ' ' || l.label_click || ' ' || coalesce(l.label_time_click, -1) || ' ' || l.repeats
              || ' ' || f.day || ' ' || f.hour
            FROM read_parquet('{_root}/test/features/*/*/*.parquet', hive_partitioning = true, hive_types_autocast = false) f
            JOIN read_parquet('{_root}/test/labels/*/*/*.parquet') l USING (identity_high, identity_low, impression_key)
            ORDER BY l.shown_at, f.impression_id
            """);

        Assert.Equal(Expected(), rows);
    }

    [Fact]
    public void A_cutoff_written_as_joined_Parquet_has_one_row_a_sample()
    {
        Fill(300);
        _joiner.Cut(FirstMay + (20 * Hour), _table);
        var folder = new SampleFolder(_root, s_scene);
        folder.Commit(FirstMay + (20 * Hour), _table);

        folder.WriteJoined(FirstMay + (20 * Hour), Path.Combine(_root, "joined"));

        List<string> rows = Query(
            $"""
            SELECT user_id || ' ' || item_id || ' ' || slot_item[1] || ' ' || len(slot_category) || ' ' || user_ctr
              || ' ' || len(history_items) || ' ' || coalesce(list_sum(history_times), 0) || ' ' || label_click || ' ' || coalesce(label_time_click, -1) || ' ' || repeats
              || ' ' || day || ' ' || hour
            FROM read_parquet('{_root}/joined/*/*/*.parquet', hive_partitioning = true, hive_types_autocast = false)
            ORDER BY shown_at, impression_id
            """);
        Assert.Equal(Expected(), rows);
        Assert.Equal(
            ["UBIGINT[]", "FLOAT", "BIGINT", "DOUBLE"],
            Query($"SELECT column_type FROM (DESCRIBE SELECT slot_item, user_ctr, label_time_click, score_click FROM '{_root}/joined/*/*/*.parquet')"));
    }

    [Fact]
    public void A_scene_with_a_new_slot_reads_older_files_with_an_empty_bag()
    {
        Fill(5);
        _joiner.Cut(FirstMay + Hour, _table);
        new SampleFolder(_root, s_scene).Commit(FirstMay + Hour, _table);
        Scene grown = s_scene with { Slots = [.. s_scene.Slots, new Slot { Name = "hour", Table = "hour" }] };

        SampleTable read = new SampleFolder(_root, grown).Load(FirstMay + Hour, new DateOnly(2022, 5, 1));

        Assert.Equal(5, read.Features.Count);
        Assert.True(read.Features.Ids(4, 2).IsEmpty);
        Assert.Equal(_table.Features.Ids(4, 0), read.Features.Ids(4, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void Small_row_groups_and_groups_without_a_single_history_read_back(int rowsPerGroup)
    {
        Fill(30); // every fourth impression has no history, every third no category
        _joiner.Cut(FirstMay + (20 * Hour), _table);
        var folder = new SampleFolder(_root, s_scene, rowsPerGroup);

        folder.Commit(FirstMay + (20 * Hour), _table);

        AssertSame(_table, folder.Load(FirstMay + (20 * Hour), new DateOnly(2022, 5, 1)), new DateOnly(2022, 5, 1));
    }

    [Fact]
    public void A_regression_is_a_column_that_is_null_where_there_is_no_target_and_absent_from_older_files()
    {
        Fill(5);
        _joiner.Cut(FirstMay + Hour, _table);
        new SampleFolder(_root, s_scene).Commit(FirstMay + Hour, _table);
        Scene grown = s_scene with { Regressions = [.. s_scene.Regressions, new Regression { Name = "new", EventType = "tip", Absent = AbsentTarget.Zero }] };

        SampleDay read = new SampleFolder(_root, grown).Load(FirstMay + Hour, new DateOnly(2022, 5, 1)).Find(new DateOnly(2022, 5, 1))!;

        Assert.Equal([float.NaN, 0, float.NaN, float.NaN], read.Targets(0).ToArray());
        Assert.Equal([0.25f, 0, float.NaN, float.NaN], read.Targets(1).ToArray());
        Assert.Equal(
            ["NULL FLOAT", "0.25 FLOAT"],
            Query($"SELECT coalesce(target_seconds::VARCHAR, 'NULL') || ' ' || typeof(target_seconds) FROM '{_root}/test/labels/*/*/*.parquet' ORDER BY shown_at LIMIT 2"));
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("flipped")]
    [InlineData("missing")]
    public void A_damaged_file_is_named_with_the_remedy(string damage)
    {
        Fill(20);
        _joiner.Cut(FirstMay + Hour, _table);
        var folder = new SampleFolder(_root, s_scene);
        folder.Commit(FirstMay + Hour, _table);
        string path = Directory.EnumerateFiles(Path.Combine(_root, "test", "labels"), "*.parquet", SearchOption.AllDirectories).Single();
        SampleFileDamage.Do(path, damage);

        var failure = Assert.Throws<SampleFileException>(() => folder.Load(FirstMay + Hour, new DateOnly(2022, 5, 1)));

        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains("estore the file or join again into an empty folder.", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("truncated", "is not complete JSON")]
    [InlineData("edited", "has checksum")]
    [InlineData("missing", "cannot be read")]
    public void A_damaged_manifest_is_named_with_the_remedy(string damage, string expected)
    {
        Fill(5);
        _joiner.Cut(FirstMay + Hour, _table);
        var folder = new SampleFolder(_root, s_scene);
        folder.Commit(FirstMay + Hour, _table);
        string path = Path.Combine(_root, "test", "manifests", $"{FirstMay + Hour}.json");
        SampleFileDamage.Do(path, damage);

        var failure = Assert.Throws<SampleFileException>(() => folder.Manifest(FirstMay + Hour));

        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_commit_that_cannot_write_leaves_the_cutoff_before_and_can_be_done_again()
    {
        Fill(10);
        var folder = new SampleFolder(_root, s_scene);
        _joiner.Cut(FirstMay + Hour, _table);
        folder.Commit(FirstMay + Hour, _table);
        Show(Line.Impression("new", FirstMay + Hour, "u9"), 900);
        _joiner.Cut(FirstMay + (2 * Hour), _table);
        string blocked = Path.Combine(_root, "test", "manifests", $"{FirstMay + (2 * Hour)}.json");
        Directory.CreateDirectory(blocked); // a folder where the file must go: the rename fails, as on a full disk

        var failure = Assert.Throws<SampleFileException>(() => folder.Commit(FirstMay + (2 * Hour), _table));

        Assert.Contains($"'{blocked}' cannot be written", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Make room or grant access, then commit again.", failure.Message, StringComparison.Ordinal);
        Directory.Delete(blocked);
        Assert.Equal([FirstMay + Hour], folder.Cutoffs);
        Assert.Empty(Directory.EnumerateFiles(_root, "*.unfinished", SearchOption.AllDirectories));
        folder.Commit(FirstMay + (2 * Hour), _table);
        Assert.Equal(11, Read(folder, FirstMay + (2 * Hour)).Count);
    }

    [Fact]
    public void A_full_disk_is_said_to_be_full()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Needs /dev/full.");
        Directory.CreateDirectory(Path.Combine(_root, "test"));
        string path = Path.Combine(_root, "test", "file");
        File.CreateSymbolicLink(path + ".unfinished", "/dev/full");

        var failure = Assert.Throws<SampleFileException>(() => SampleFolder.WriteFile(path, new byte[4096]));

        Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    private void Fill(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Show(Line.Impression($"i{i:0000}", FirstMay + (i * 3 * Minute), $"u{i % 7}", $"r{i}", $"h{i % 5}"), i);
            if (i % 3 == 1)
            {
                _joiner.Add(new Line("click", $"c{i}", FirstMay + (i * 3 * Minute) + 5, $"u{i % 7}", $"r{i}", $"h{i % 5}").ToEvent(), -1);
                _joiner.Add(new Line("watch", $"w{i}", FirstMay + (i * 3 * Minute) + 6, $"u{i % 7}", $"r{i}", $"h{i % 5}", i / 4.0).ToEvent(), -1);
            }
        }
    }

    private void Show(Line line, int seed)
    {
        BehaviourEvent e = line.ToEvent();
        e.Position = seed % 4 == 0 ? BehaviourEvent.NoPosition : seed;
        e.Set(EventText.Surface, "home");
        e.AddScore("click"u8, seed / 1000.0);
        Assert.True(_joiner.WantsSnapshot(e));
        _table.Features.BeginRow()[0] = seed / 2f;
        _table.Features.AddId(ulong.MaxValue - (ulong)seed);
        _table.Features.EndSlot();
        for (int i = 0; i < seed % 3; i++)
        {
            _table.Features.AddId((ulong)(seed * i));
        }

        _table.Features.EndSlot();
        for (int i = 0; i < seed % 4; i++)
        {
            _table.Features.AddHistory((ulong)i, (byte)(i % 2), e.At - i);
        }

        int row = _table.Features.EndRow((ulong)seed, 7);
        _table.Impressions!.Add(e);
        _joiner.Add(e, row);
    }

    private List<string> Expected()
    {
        var rows = new List<string>();
        foreach (DateOnly date in _table.Days)
        {
            SampleDay day = _table.Find(date)!;
            for (int i = 0; i < day.Count; i++)
            {
                LabelledSample sample = day.Samples[i];
                int row = sample.Row;
                long time = day.LabelTimes(i)[Click];
                rows.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{Text(row, EventText.UserId)} {Text(row, EventText.ItemId)} {_table.Features.Ids(row, 0)[0]} {_table.Features.Ids(row, 1).Length} {_table.Features.Dense(row)[0]:0.0} {_table.Features.HistoryItems(row).Length} {_table.Features.HistoryTimes(row).ToArray().Sum()} {(sample.Has(Click) ? 1 : 0)} {(time == SampleDay.NoTime ? -1 : time)} {sample.Repeats} {date:yyyy-MM-dd} {DateTimeOffset.FromUnixTimeMilliseconds(sample.ShownAt).Hour:00}"));
            }
        }

        return rows;
    }

    private string Text(int row, EventText field) => System.Text.Encoding.UTF8.GetString(_table.Impressions!.Text(row, field));

    private Dictionary<string, DateTime> Features() => Directory
        .EnumerateFiles(Path.Combine(_root, "test", "features"), "*.parquet", SearchOption.AllDirectories)
        .ToDictionary(path => path, File.GetLastWriteTimeUtc);

    private static List<LabelledSample> Read(SampleFolder folder, long cutoff) =>
        [.. folder.Load(cutoff, new DateOnly(2022, 5, 1)).Day(new DateOnly(2022, 5, 1))];

    private static List<string> Query(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    private static void AssertSame(SampleTable expected, SampleTable actual, DateOnly date)
    {
        SampleDay left = expected.Find(date)!, right = actual.Find(date)!;
        Assert.Equal(left.Count, right.Count);
        for (int i = 0; i < left.Count; i++)
        {
            LabelledSample a = left.Samples[i], b = right.Samples[i];
            Assert.Equal(a with { Row = 0 }, b with { Row = 0 });
            Assert.Equal(left.Identities[i], right.Identities[i]);
            Assert.Equal(left.LabelTimes(i), right.LabelTimes(i));
            Assert.Equal(left.LabelValues(i).ToArray(), right.LabelValues(i).ToArray());
            Assert.Equal(left.Targets(i).ToArray(), right.Targets(i).ToArray());
            for (int slot = 0; slot < 2; slot++)
            {
                Assert.Equal(expected.Features.Ids(a.Row, slot), actual.Features.Ids(b.Row, slot));
            }

            Assert.Equal(expected.Features.Dense(a.Row), actual.Features.Dense(b.Row));
            Assert.Equal(expected.Features.HistoryItems(a.Row), actual.Features.HistoryItems(b.Row));
            Assert.Equal(expected.Features.HistoryBehaviours(a.Row), actual.Features.HistoryBehaviours(b.Row));
            Assert.Equal(expected.Features.HistoryTimes(a.Row), actual.Features.HistoryTimes(b.Row));
            Assert.Equal(expected.Features.BiasId(a.Row), actual.Features.BiasId(b.Row));
            Assert.Equal(expected.Impressions!.Scores(a.Row).ToArray(), actual.Impressions!.Scores(b.Row).ToArray());
            Assert.Equal(expected.Impressions.Position(a.Row), actual.Impressions.Position(b.Row));
        }
    }
}
