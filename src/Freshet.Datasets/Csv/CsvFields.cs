using System.Buffers.Text;
using System.Text;

namespace Freshet.Datasets.Csv;

/// <summary>
/// Reads fields of the current row as numbers. The first that is none sets <see cref="Reason"/>; the row is then set
/// aside as a whole.
/// </summary>
internal struct CsvFields(CsvFile file)
{
    /// <summary>What is wrong with the row; null where nothing is.</summary>
    public string? Reason { get; private set; }

    /// <summary>A whole number in [0, <paramref name="most"/>].</summary>
    public long Integer(int column, long most)
    {
        ReadOnlySpan<byte> text = file[column];
        if (Utf8Parser.TryParse(text, out long number, out int consumed) && consumed == text.Length && number >= 0 && number <= most)
        {
            return number;
        }

        Refuse(column, $"a whole number from 0 to {most}");
        return 0;
    }

    /// <summary>0 or 1.</summary>
    public bool Flag(int column)
    {
        ReadOnlySpan<byte> text = file[column];
        if (text is [(byte)'0' or (byte)'1'])
        {
            return text[0] == '1';
        }

        Refuse(column, "0 or 1");
        return false;
    }

    private void Refuse(int column, string expected) =>
        Reason ??= $"{file.Columns[column]} is \"{Encoding.UTF8.GetString(file[column])}\", not {expected}.";
}
