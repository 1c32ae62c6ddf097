using Freshet.Core.Checkpoints;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Samples.Files;
using Freshet.Scenes;
using Freshet.Tests.Storage;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>Feature vectors in files: what is read back, what a restart keeps, what is removed.</summary>
public sealed class VectorFileTests : IDisposable
{
    private const uint SmallSegment = 2_000;

    private static readonly Scene s_scene = With(Cumulative) with
    {
        Slots = [new Slot { Name = "item", Table = "item" }, new Slot { Name = "category", Table = "category" }],
        Dense = [new DenseFeature { Name = "user_ctr", Source = new NumericSource { Kind = NumericKind.DayFraction } }],
        History = new HistoryOptions { Length = 5, ItemSlot = 0 },
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_read_back_in_any_order_as_they_were_in_memory()
    {
        using VectorFile file = NewFile();
        var memory = new SnapshotColumns(s_scene.SnapshotSchema());
        Append(file, 0, 300, memory);
        int[] rows = [299, 0, 150, 151, 7, 298];

        ISampleRows read = file;
        int[] places = read.Load(rows);

        for (int i = 0; i < rows.Length; i++)
        {
            (int row, int place) = (rows[i], places[i]);
            Assert.Equal(memory.Ids(row, 0), read.Features.Ids(place, 0));
            Assert.Equal(memory.Ids(row, 1), read.Features.Ids(place, 1));
            Assert.Equal(memory.Dense(row), read.Features.Dense(place));
            Assert.Equal(memory.HistoryItems(row), read.Features.HistoryItems(place));
            Assert.Equal(memory.HistoryBehaviours(row), read.Features.HistoryBehaviours(place));
            Assert.Equal(memory.HistoryTimes(row), read.Features.HistoryTimes(place));
            Assert.Equal((memory.BiasId(row), memory.ReferenceBiasId(row)), (read.Features.BiasId(place), read.Features.ReferenceBiasId(place)));
            Assert.Equal($"i{row}", System.Text.Encoding.UTF8.GetString(read.Impressions.Text(place, EventText.EventId)));
            Assert.Equal((FirstMay + row, row / 1000.0), (read.Impressions.ShownAt(place), read.Impressions.Scores(place)[Click]));
            Assert.Equal(read.KeyOf(row), new SnapshotKey(read.Impressions.Identity(place), read.Impressions.ImpressionKey(place)));
        }
    }

    [Fact]
    public void A_restart_continues_where_the_checkpoint_was_and_what_came_later_is_gone()
    {
        byte[] checkpoint;
        using (VectorFile file = NewFile())
        {
            Append(file, 0, 100);
            checkpoint = Freeze(file);
            Append(file, 100, 200);
            _ = Freeze(file);
        }

        using VectorFile again = Restore(checkpoint);
        Assert.Equal(100, again.Count);
        Append(again, 100, 150);

        ISampleRows read = again;
        int[] places = read.Load([.. Enumerable.Range(0, 150)]);
        Assert.Equal(
            Enumerable.Range(0, 150).Select(row => FirstMay + row),
            places.Select(read.Impressions.ShownAt));
    }

    [Fact]
    public void A_segment_goes_when_sample_files_hold_all_of_it_and_rows_keep_their_names()
    {
        using VectorFile file = NewFile();
        Append(file, 0, 300);
        int before = Segments().Length;

        ISampleRows rows = file;
        rows.MarkWritten([.. Enumerable.Range(0, 200)]);
        file.Forget(_ => false);

        Assert.InRange(Segments().Length, 1, before - 2);
        Assert.Equal(FirstMay + 3, rows.ShownAt(3));
        Assert.True(rows.IsWritten(3));
        _ = rows.Load([.. Enumerable.Range(200, 100)]);
        Assert.Throws<SampleFileException>(() => rows.Load([3]));
    }

    [Fact]
    public void What_is_over_goes_also_where_no_sample_file_holds_it()
    {
        using VectorFile file = NewFile();
        Append(file, 0, 300);
        int before = Segments().Length;

        file.Forget(shownAt => shownAt < FirstMay + 250);

        Assert.InRange(Segments().Length, 1, before - 2);
        _ = ((ISampleRows)file).Load([.. Enumerable.Range(280, 20)]);
    }

    [Fact]
    public void A_damaged_vector_is_named_with_its_place()
    {
        using VectorFile file = NewFile();
        Append(file, 0, 10);
        _ = Freeze(file);
        string path = Segments()[0];
        byte[] bytes = File.ReadAllBytes(path);
        bytes[12] ^= 1;
        File.WriteAllBytes(path, bytes);

        var failure = Assert.Throws<SampleFileException>(() => ((ISampleRows)file).Load([0]));

        Assert.Equal(
            $"Vector file '{path}' has no whole feature vector at byte 0. No cutoff was written from it. Restore the file, or remove the folder of the scene and join from the start.",
            failure.Message);
    }

    [Fact]
    public void A_damaged_file_of_rows_is_refused_when_a_checkpoint_counts_on_it()
    {
        byte[] checkpoint;
        using (VectorFile file = NewFile())
        {
            Append(file, 0, 10);
            checkpoint = Freeze(file);
        }

        string path = Directory.GetFiles(_folder.File("vectors"), "*.rows").Single();
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^40]);

        var failure = Assert.Throws<CheckpointException>(() => Restore(checkpoint));

        Assert.Contains($"'{path}' does not hold the 10 rows that the checkpoint counts on.", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".rows", null, "is missing, and the checkpoint counts on 100 rows of it.")]
    [InlineData(".rows", 0, "does not hold the 100 rows that the checkpoint counts on.")]
    [InlineData("0.vectors", 10, "has 10 bytes, and the checkpoint counts on a feature vector at byte ")]
    [InlineData("last.vectors", 10, "has 10 bytes, and the checkpoint counts on ")]
    public void A_torn_file_is_refused_with_what_it_lacks(string file, int? length, string message)
    {
        byte[] checkpoint = Checkpoint(100);
        string path = file switch
        {
            ".rows" => Directory.GetFiles(_folder.File("vectors"), "*.rows").Single(),
            "0.vectors" => Segments()[0],
            _ => Segments()[^1],
        };
        if (length is { } kept)
        {
            File.WriteAllBytes(path, File.ReadAllBytes(path)[..kept]);
        }
        else
        {
            File.Delete(path);
        }

        var failure = Assert.Throws<CheckpointException>(() => Restore(checkpoint));

        Assert.StartsWith($"'{path}' {message}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_that_was_removed_after_the_checkpoint_is_not_begun_again()
    {
        byte[] checkpoint = Checkpoint(100);
        string last = Segments()[^1];
        File.Delete(last);
        File.WriteAllText(_folder.File("vectors/notes.vectors"), "of somebody else");

        using VectorFile again = Restore(checkpoint);
        Append(again, 100, 101);
        int[] places = ((ISampleRows)again).Load([100]);

        Assert.False(File.Exists(last));
        Assert.Equal(FirstMay + 100, ((ISampleRows)again).Impressions.ShownAt(places[0]));
    }

    [Fact]
    public void Memory_keeps_at_most_41_bytes_per_row()
    {
        using var file = new VectorFile(_folder.File("vectors"), s_scene);
        file.Clear();
        const int Rows = 2 * VectorChunk.Length;
        Append(file, 0, Rows);

        Assert.InRange(file.MemoryBytes, 1, 41L * Rows);
    }

    private VectorFile NewFile()
    {
        var file = new VectorFile(_folder.File("vectors"), s_scene, SmallSegment);
        file.Clear();
        return file;
    }

    private byte[] Checkpoint(int rows)
    {
        using VectorFile file = NewFile();
        Append(file, 0, rows);
        return Freeze(file);
    }

    private VectorFile Restore(byte[] checkpoint)
    {
        var file = new VectorFile(_folder.File("vectors"), s_scene, SmallSegment);
        using var reader = new CheckpointReader(new MemoryStream(checkpoint), "checkpoint");
        file.Restore(reader);
        reader.End();
        file.EndRestore();
        return file;
    }

    private static byte[] Freeze(VectorFile file)
    {
        using var stream = new MemoryStream();
        var writer = new CheckpointWriter(stream);
        file.Freeze(everything: true)(writer);
        writer.End();
        return stream.ToArray();
    }

    private static void Append(VectorFile file, int from, int to, SnapshotColumns? memory = null)
    {
        var columns = new SnapshotColumns(s_scene.SnapshotSchema());
        for (int i = from; i < to; i++)
        {
            BehaviourEvent e = Line.Impression($"i{i}", FirstMay + i, $"u{i % 7}", $"r{i}", $"h{i % 5}").ToEvent();
            e.Position = i % 4 == 0 ? BehaviourEvent.NoPosition : i;
            e.AddScore("click"u8, i / 1000.0);
            columns.Clear();
            Fill(columns, i, e.At);
            file.Append(e, columns, 0);
            if (memory is not null)
            {
                Fill(memory, i, e.At);
            }
        }
    }

    private static void Fill(SnapshotColumns columns, int seed, long at)
    {
        columns.BeginRow()[0] = seed / 2f;
        columns.AddId(ulong.MaxValue - (ulong)seed);
        columns.EndSlot();
        for (int i = 0; i < seed % 3; i++)
        {
            columns.AddId((ulong)(seed * i));
        }

        columns.EndSlot();
        for (int i = 0; i < seed % 4; i++)
        {
            columns.AddHistory((ulong)i, (byte)(i % 2), at - i);
        }

        _ = columns.EndRow((ulong)seed, 7);
    }

    private string[] Segments() => [.. Directory.GetFiles(_folder.File("vectors"), "*.vectors").Order(StringComparer.Ordinal)];
}
