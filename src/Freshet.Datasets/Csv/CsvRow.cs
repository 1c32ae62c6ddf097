namespace Freshet.Datasets.Csv;

/// <summary>Where the fields of one row lie in a buffer.</summary>
internal sealed class CsvRow
{
    /// <summary>An open quote must not swallow a file: no row is longer, in bytes.</summary>
    public const int LongestRow = 1 << 20;
    private (int Start, int Length, bool Unescaped)[] _fields = new (int, int, bool)[32];
    private byte[] _unescaped = [];
    private int _unescapedLength;

    public int FieldCount { get; private set; }

    /// <summary>Offset of the row's first byte.</summary>
    public int Start { get; private set; }

    /// <summary>Bytes of the row, without its end of line.</summary>
    public int Length { get; private set; }

    /// <summary>Offset of the byte after the row's end of line.</summary>
    public int Next { get; private set; }

    /// <summary>How many lines the row takes.</summary>
    public int LineCount { get; private set; }

    public ReadOnlySpan<byte> Field(byte[] buffer, int index)
    {
        (int start, int length, bool unescaped) = _fields.AsSpan(0, FieldCount)[index];
        return (unescaped ? _unescaped : buffer).AsSpan(start, length);
    }

    /// <summary>Finds the fields of the row that begins at <paramref name="start"/>.</summary>
    /// <param name="bytes">What has been read.</param>
    /// <param name="start">Offset of the row's first byte.</param>
    /// <param name="last">Nothing comes after <paramref name="bytes"/>.</param>
    public CsvScan Scan(ReadOnlySpan<byte> bytes, int start, bool last)
    {
        FieldCount = 0;
        _unescapedLength = 0;
        Start = start;
        bool quoted = false;
        int at = start;
        while (true)
        {
            int end;
            if (at < bytes.Length && bytes[at] == '"')
            {
                quoted = true;
                CsvScan scan = ScanQuoted(bytes, at, last, out end);
                if (scan != CsvScan.Complete)
                {
                    return scan == CsvScan.NeedsMore && (last || bytes.Length - start > LongestRow) ? CsvScan.OpenQuote : scan;
                }
            }
            else
            {
                int length = bytes[at..].IndexOfAny((byte)',', (byte)'\n');
                end = length < 0 ? bytes.Length : at + length;
                if (length < 0 && !last)
                {
                    return CsvScan.NeedsMore;
                }

                bool carriageReturn = end > at && bytes[end - 1] == '\r' && (end == bytes.Length || bytes[end] == '\n');
                AddField(at, end - at - (carriageReturn ? 1 : 0), unescaped: false);
            }

            if (end == bytes.Length || bytes[end] != ',')
            {
                Finish(bytes, end, quoted);
                return CsvScan.Complete;
            }

            at = end + 1;
        }
    }

    /// <summary>Makes a row without fields of the line that begins at <paramref name="start"/>.</summary>
    public void TakeLine(ReadOnlySpan<byte> bytes, int start)
    {
        FieldCount = 0;
        Start = start;
        int length = bytes[start..].IndexOf((byte)'\n');
        Finish(bytes, length < 0 ? bytes.Length : start + length, quoted: false);
    }

    /// <param name="bytes">What has been read.</param>
    /// <param name="open">Offset of the opening quote.</param>
    /// <param name="last">Nothing comes after <paramref name="bytes"/>.</param>
    /// <param name="end">Offset of the comma or end of line after the field, or the length of <paramref name="bytes"/>.</param>
    private CsvScan ScanQuoted(ReadOnlySpan<byte> bytes, int open, bool last, out int end)
    {
        int from = open + 1, textStart = _unescapedLength;
        bool unescaped = false;
        while (true)
        {
            end = bytes.Length;
            int length = bytes[from..].IndexOf((byte)'"');
            int close = from + length;
            if (length < 0 || (close + 1 == bytes.Length && !last))
            {
                return CsvScan.NeedsMore;
            }

            if (close + 1 < bytes.Length && bytes[close + 1] == '"')
            {
                Unescape(bytes[from..(close + 1)]);
                unescaped = true;
                from = close + 2;
                continue;
            }

            if (unescaped)
            {
                Unescape(bytes[from..close]);
                AddField(textStart, _unescapedLength - textStart, unescaped: true);
            }
            else
            {
                AddField(open + 1, close - open - 1, unescaped: false);
            }

            end = close + 1;
            if (end < bytes.Length && bytes[end] == '\r')
            {
                end++;
                if (end == bytes.Length && !last)
                {
                    return CsvScan.NeedsMore;
                }
            }

            return end == bytes.Length || bytes[end] is (byte)',' or (byte)'\n' ? CsvScan.Complete : CsvScan.TextAfterQuote;
        }
    }

    private void Finish(ReadOnlySpan<byte> bytes, int end, bool quoted)
    {
        ReadOnlySpan<byte> row = bytes[Start..end];
        Length = row.EndsWith("\r"u8) ? row.Length - 1 : row.Length;
        Next = Math.Min(end + 1, bytes.Length);
        LineCount = quoted ? row.Count((byte)'\n') + 1 : 1;
    }

    private void Unescape(ReadOnlySpan<byte> text)
    {
        if (_unescaped.Length < _unescapedLength + text.Length)
        {
            Array.Resize(ref _unescaped, Math.Max(256, 2 * (_unescapedLength + text.Length)));
        }

        text.CopyTo(_unescaped.AsSpan(_unescapedLength));
        _unescapedLength += text.Length;
    }

    private void AddField(int start, int length, bool unescaped)
    {
        if (FieldCount == _fields.Length)
        {
            Array.Resize(ref _fields, _fields.Length * 2);
        }

        _fields[FieldCount++] = (start, length, unescaped);
    }
}
