using System.IO.Compression;
using System.Text;

namespace Freshet.Datasets.Csv;

/// <summary>
/// Reads a CSV file row by row: UTF-8, commas, quotes as in RFC 4180, a header line; plain or gzip, told by its first bytes.
/// </summary>
/// <remarks>
/// A row is read in place; nothing is allocated per row. A row with another number of fields than the header, or with a
/// quote that is not closed, is set aside, and reading goes on with the next line.
/// </remarks>
internal sealed class CsvFile : IDisposable
{
    private readonly Stream _stream;
    private readonly MalformedRows _malformed;
    private readonly CsvRow _row = new();
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _ended;
    private long _nextLine = 1;

    public CsvFile(string path, MalformedRows malformed)
    {
        Name = Path.GetFileName(path);
        _malformed = malformed;
        try
        {
            _stream = OpenPlain(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"File '{path}' cannot be opened: {e.Message} No event was read. Check its permissions.", e);
        }

        Columns = ReadHeader();
    }

    /// <summary>The file's name, without its folder.</summary>
    public string Name { get; }

    /// <summary>Names of the columns, in the order of the file; empty where the file is.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>1-based line on which the current row begins.</summary>
    public long Line { get; private set; }

    /// <summary>The current row as it stands in the file, without its end of line; valid until the next is read.</summary>
    public ReadOnlySpan<byte> Row => _buffer.AsSpan(_row.Start, _row.Length);

    /// <summary>Field <paramref name="column"/> of the current row, without quotes; valid until the next row is read.</summary>
    public ReadOnlySpan<byte> this[int column] => _row.Field(_buffer, column);

    /// <summary>Index of a column; -1 where the file has none of this name.</summary>
    public int IndexOf(string column)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == column)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Goes on to the next row that has as many fields as the header; false at the end.</summary>
    /// <exception cref="DatasetException">The file breaks off or cannot be read.</exception>
    public bool TryReadRow()
    {
        while (TryScanRow(out string? reason))
        {
            bool empty = _row.Length == 0 && Columns.Count > 1;
            if (reason is null && _row.FieldCount == Columns.Count)
            {
                return true;
            }

            if (!empty)
            {
                SetAside(reason ?? $"It has {_row.FieldCount} fields, the header has {Columns.Count}.");
            }
        }

        return false;
    }

    /// <summary>Counts the current row as malformed.</summary>
    public void SetAside(string reason) => _malformed.Add(new MalformedRow(Name, Line, reason));

    public void Dispose() => _stream.Dispose();

    private static Stream OpenPlain(string path)
    {
        FileStream file = File.OpenRead(path);
        bool gzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private string[] ReadHeader()
    {
        if (!TryScanRow(out _))
        {
            return [];
        }

        string[] columns = new string[_row.FieldCount];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = Encoding.UTF8.GetString(this[i]).TrimStart('\uFEFF').Trim();
        }

        return columns;
    }

    private bool TryScanRow(out string? reason)
    {
        reason = null;
        while (true)
        {
            ReadOnlySpan<byte> unread = _buffer.AsSpan(0, _end);
            CsvScan scan = _start < _end ? _row.Scan(unread, _start, _ended) : CsvScan.NeedsMore;
            if (scan == CsvScan.NeedsMore && !_ended)
            {
                Refill();
                continue;
            }

            if (_start >= _end)
            {
                return false;
            }

            Line = _nextLine;
            if (scan != CsvScan.Complete)
            {
                reason = scan == CsvScan.TextAfterQuote ? "There is text after a closing quote." : "A quote is not closed.";
                _row.TakeLine(unread, _start);
            }

            _nextLine += _row.LineCount;
            _start = _row.Next;
            return true;
        }
    }

    private void Refill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        try
        {
            int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            _ended = read == 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new DatasetException(
                $"File '{Name}' breaks off after line {_nextLine - 1}: {e.Message} No event was read. Download it again.", e);
        }
    }
}
