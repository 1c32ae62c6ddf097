using System.Text;

namespace Freshet.Cli.Output;

/// <summary>A table in plain text: the first column to the left, numbers to the right.</summary>
internal sealed class TextTable(params string[] headers)
{
    private readonly List<string[]> _rows = [headers];

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var text = new StringBuilder();
        int[] widths = [.. headers.Select((_, column) => _rows.Max(row => row[column].Length))];
        for (int row = 0; row < _rows.Count; row++)
        {
            _ = text.Append("  ");
            for (int column = 0; column < widths.Length; column++)
            {
                string cell = _rows[row][column];
                _ = text.Append(column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column] + 2));
            }

            _ = text.Append('\n');
            if (row == 0)
            {
                _ = text.Append("  ").Append('-', widths.Sum() + (2 * (widths.Length - 1))).Append('\n');
            }
        }

        return text.ToString();
    }
}
