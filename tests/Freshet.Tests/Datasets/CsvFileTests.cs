using System.Text;
using CsCheck;
using Freshet.Datasets;
using Freshet.Datasets.Csv;

namespace Freshet.Tests.Datasets;

public sealed class CsvFileTests
{
    [Fact]
    public void Fields_are_found_by_the_name_of_their_column()
    {
        (List<string[]> rows, _) = Read("b,a\n1,2\n3,4\n");

        Assert.Equal([["1", "2"], ["3", "4"]], rows);
    }

    [Fact]
    public void Quotes_hide_commas_ends_of_line_and_doubled_quotes()
    {
        (List<string[]> rows, _) = Read("a,b\r\n\"x,\"\"y\"\"\n\",\"\"\r\n1,\"z\"");

        Assert.Equal([["x,\"y\"\n", ""], ["1", "z"]], rows);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_column()
    {
        using TemporaryFolder folder = new TemporaryFolder().With("x.csv", "\uFEFFa,b\n");
        using var file = new CsvFile(Path.Combine(folder.Path, "x.csv"), new MalformedRows(null));

        Assert.Equal(["a", "b"], file.Columns);
        Assert.Equal((0, -1), (file.IndexOf("a"), file.IndexOf("c")));
    }

    [Fact]
    public void An_empty_file_has_no_column_and_no_row()
    {
        (List<string[]> rows, List<MalformedRow> malformed) = Read("");

        Assert.Empty(rows);
        Assert.Empty(malformed);
    }

    [Fact]
    public void A_row_of_another_length_is_set_aside_with_its_line()
    {
        (List<string[]> rows, List<MalformedRow> malformed) = Read("a,b\n1\n\n\"1\n\",2\n1,2,3\n5,6");

        Assert.Equal([["1\n", "2"], ["5", "6"]], rows);
        Assert.Equal(
            ["x.csv, line 2: It has 1 fields, the header has 2.", "x.csv, line 6: It has 3 fields, the header has 2."],
            malformed.Select(row => row.ToString()));
    }

    [Fact]
    public void An_open_quote_costs_one_line()
    {
        (List<string[]> rows, List<MalformedRow> malformed) = Read("a,b\n\"1,2\n3,4\n5,6\n");

        Assert.Equal([["3", "4"], ["5", "6"]], rows);
        Assert.Equal("x.csv, line 2: A quote is not closed.", Assert.Single(malformed).ToString());
    }

    [Fact]
    public void An_open_quote_in_a_long_file_costs_one_line()
    {
        string rest = string.Concat(Enumerable.Repeat("3,4\n", 300_000));

        (List<string[]> rows, List<MalformedRow> malformed) = Read("a,b\n\"1,2\n" + rest);

        Assert.Equal(300_000, rows.Count);
        Assert.Single(malformed);
    }

    [Fact]
    public void Text_after_a_closing_quote_sets_the_row_aside()
    {
        (List<string[]> rows, List<MalformedRow> malformed) = Read("a,b\n\"1\"x,2\n3,4\n");

        Assert.Equal([["3", "4"]], rows);
        Assert.Equal("x.csv, line 2: There is text after a closing quote.", Assert.Single(malformed).ToString());
    }

    [Fact]
    public void A_file_that_was_cut_off_says_where()
    {
        string text = "a,b\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i},{i * 7919 % 10_007}\n"));
        using TemporaryFolder folder = new TemporaryFolder().With("x.csv.gz", text);
        string path = Path.Combine(folder.Path, "x.csv.gz");
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);

        DatasetException e = Assert.Throws<DatasetException>(() => ReadAll(path));

        Assert.StartsWith("File 'x.csv.gz' breaks off after line ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("No event was read. Download it again.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_column_is_named_with_those_that_are_there()
    {
        using TemporaryFolder folder = new TemporaryFolder().With("x.csv", "a,b\n");
        using var file = new CsvFile(Path.Combine(folder.Path, "x.csv"), new MalformedRows(null));

        DatasetException e = Assert.Throws<DatasetException>(() => file.Need("a", "c"));

        Assert.Equal(
            "File 'x.csv' lacks columns: it has a, b; needed are a, c. No event was read. Take the file as it was published, with its header line.",
            e.Message);
    }

    [Fact]
    public void What_was_written_by_the_rules_is_read_back()
    {
        Gen<string[][]> tables = Gen.Select(Gen.Int[2, 5], Gen.Int[0, 20]).SelectMany((columns, rows) =>
            Gen.String["ab,\"\n\r\u00e9"].Array[columns].Array[rows]);

        tables.Sample(
            table =>
            {
                int columns = table.Length == 0 ? 2 : table[0].Length;
                var text = new StringBuilder(string.Join(',', Enumerable.Range(0, columns).Select(i => $"c{i}"))).Append('\n');
                foreach (string[] row in table)
                {
                    text.AppendJoin(',', row.Select(field => $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")).Append("\r\n");
                }

                (List<string[]> rows, List<MalformedRow> malformed) = Read(text.ToString());

                Assert.Equal(table, rows);
                Assert.Empty(malformed);
            },
            iter: 200, threads: 1);
    }

    private static (List<string[]> Rows, List<MalformedRow> Malformed) Read(string text)
    {
        using TemporaryFolder folder = new TemporaryFolder().With("x.csv", text);
        return ReadAll(Path.Combine(folder.Path, "x.csv"));
    }

    private static (List<string[]> Rows, List<MalformedRow> Malformed) ReadAll(string path)
    {
        var malformed = new List<MalformedRow>();
        using var file = new CsvFile(path, new MalformedRows(malformed.Add));
        var rows = new List<string[]>();
        while (file.TryReadRow())
        {
            string[] row = new string[file.Columns.Count];
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = Encoding.UTF8.GetString(file[i]);
            }

            rows.Add(row);
        }

        return (rows, malformed);
    }
}
