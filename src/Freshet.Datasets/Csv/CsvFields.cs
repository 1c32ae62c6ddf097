using System.Buffers.Text;
using System.Text;

namespace Freshet.Datasets.Csv;

/// <summary>
/// Reads fields of the current row as numbers. The first that is none counts; the row is then set
/// aside as a whole.
/// </summary>
internal struct CsvFields(CsvFile file)
{
    private string? Reason { get; set; }

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

    /// <summary>A finite number &gt;= 0.</summary>
    public double Number(int column)
    {
        ReadOnlySpan<byte> text = file[column];
        if (Utf8Parser.TryParse(text, out double number, out int consumed) && consumed == text.Length && double.IsFinite(number) && number >= 0)
        {
            return number;
        }

        Refuse(column, "a number >= 0");
        return 0;
    }

    /// <summary>Sets the row aside where something is wrong with it.</summary>
    /// <returns>Whether it did.</returns>
    public readonly bool SetAside()
    {
        if (Reason is not null)
        {
            file.SetAside(Reason);
        }

        return Reason is not null;
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
