using CsCheck;
using DuckDB.NET.Data;
using Freshet.Samples.Files;
using Freshet.Tests.Storage;

namespace Freshet.Tests.Samples;

/// <summary>Lists of times are stored as differences: any numbers must come back, here and in another engine.</summary>
public sealed class ParquetEncodingTests
{
    private static readonly Gen<long> s_time = Gen.OneOf(
        Gen.Long, Gen.Long[0, 1_000], Gen.OneOfConst(long.MinValue, long.MaxValue, 0), Gen.Long[1_600_000_000_000, 1_900_000_000_000]);

    [Fact]
    public void Lists_of_any_times_read_back() => Gen.Select(s_time.Array[0, 60].Array[0, 40], Gen.Int[1, 50]).Sample((rows, rowsPerGroup) =>
    {
        using var folder = new TemporaryFolder();
        string path = Write(folder, rows, rowsPerGroup);

        using var file = new ParquetRows(path);
        var list = new ListBlock<long>();
        int row = 0;
        for (int group = 0; group < file.GroupCount; group++)
        {
            file.ReadList(group, "history_times", list);
            for (int i = 0; i < file.CountOf(group); i++)
            {
                Assert.Equal(rows[row++], list.Of(i).ToArray());
            }
        }

        Assert.Equal(rows.Length, row);
    }, iter: 200);

    [Fact]
    public void DuckDB_reads_the_same_times() => s_time.Array[0, 60].Array[1, 40].Sample(rows =>
    {
        using var folder = new TemporaryFolder();
        string path = Write(folder, rows, 7);
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT array_to_string(history_times, ',') FROM '{path}'";
        using DuckDBDataReader reader = command.ExecuteReader();
        foreach (long[] row in rows)
        {
            Assert.True(reader.Read());
            Assert.Equal(string.Join(',', row), reader.IsDBNull(0) ? "" : reader.GetString(0));
        }
    }, iter: 20);

    private static string Write(TemporaryFolder folder, long[][] rows, int rowsPerGroup)
    {
        string path = folder.File("times.parquet");
        File.WriteAllBytes(path, ParquetEncoding.Encode(
            [new ListColumn<long>("history_times", row => rows[row])], [.. Enumerable.Range(0, rows.Length)], rowsPerGroup));
        return path;
    }
}
