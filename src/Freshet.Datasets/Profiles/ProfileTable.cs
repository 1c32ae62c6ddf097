using System.Buffers.Text;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Freshet.Core.Events;
using Freshet.Datasets.Csv;

namespace Freshet.Datasets.Profiles;

/// <summary>A file of features of users or items: one row an id, as <c>profile</c> events.</summary>
/// <remarks>
/// Columns become features of the same name. A number is a number, all else a text; ids, codes and ranges (see
/// <see cref="ProfileColumns"/>) are texts even where they look like numbers. Empty fields are absent.
/// </remarks>
internal sealed class ProfileTable
{
    private const int LongestId = 128;
    private readonly byte[][] _names;
    private readonly bool[] _texts;
    private readonly EventText _idField;
    private readonly byte[] _eventIdPrefix;
    private byte[] _text = new byte[1 << 16];
    private int _textLength;
    private int[] _ends = new int[1 << 12];
    private int _endCount;
    private int[] _order = [];

    private ProfileTable(CsvFile file, int idColumn, EventText idField)
    {
        _names = [.. file.Columns.Where((_, i) => i != idColumn).Select(Encoding.UTF8.GetBytes)];
        _texts = [.. file.Columns.Where((_, i) => i != idColumn).Select(ProfileColumns.IsText)];
        _idField = idField;
        _eventIdPrefix = idField == EventText.UserId ? "p-user-"u8.ToArray() : "p-item-"u8.ToArray();
    }

    /// <summary>How many profiles there are.</summary>
    public int Count => _order.Length;

    /// <summary>Reads all rows of <paramref name="file"/>; a second row of one id is set aside.</summary>
    /// <param name="file">The file.</param>
    /// <param name="idColumn">Name of the column with the id.</param>
    /// <param name="idField">Whose profiles they are: <see cref="EventText.UserId"/> or <see cref="EventText.ItemId"/>.</param>
    public static ProfileTable Read(CsvFile file, string idColumn, EventText idField)
    {
        int id = file.Need(idColumn)[0];
        var table = new ProfileTable(file, id, idField);
        var seen = new HashSet<UInt128>();
        while (file.TryReadRow())
        {
            if (file[id].Length is 0 or > LongestId)
            {
                file.SetAside($"{idColumn} has {file[id].Length} bytes, not 1 to {LongestId}.");
            }
            else if (!seen.Add(XxHash128.HashToUInt128(file[id])))
            {
                file.SetAside($"{idColumn} \"{Encoding.UTF8.GetString(file[id])}\" has a row already.");
            }
            else
            {
                table.Append(file, id);
            }
        }

        table.Sort(seen.Count);
        return table;
    }

    /// <summary>Makes <paramref name="destination"/> the profile at <paramref name="index"/> in the order of event ids.</summary>
    public void Write(int index, long at, BehaviourEvent destination)
    {
        destination.Clear();
        int row = _order[index];
        ReadOnlySpan<byte> id = Field(row, 0);
        Span<byte> eventId = stackalloc byte[LongestId + 16];
        _eventIdPrefix.CopyTo(eventId);
        id.CopyTo(eventId[_eventIdPrefix.Length..]);
        destination.At = at;
        destination.Set(EventText.Type, EventTypeNames.ProfileBytes);
        destination.Set(EventText.EventId, eventId[..(_eventIdPrefix.Length + id.Length)]);
        destination.Set(_idField, id);
        for (int i = 0; i < _names.Length; i++)
        {
            AddFeature(_names[i], Field(row, i + 1), _texts[i], destination);
        }
    }

    private static void AddFeature(byte[] name, ReadOnlySpan<byte> value, bool isText, BehaviourEvent destination)
    {
        if (value.IsEmpty)
        {
            return;
        }

        bool isNumber = !isText && Utf8Parser.TryParse(value, out double number, out int consumed)
            && consumed == value.Length && double.IsFinite(number);
        if (!isNumber)
        {
            destination.AddFeature(name, value);
            return;
        }

        _ = Utf8Parser.TryParse(value, out number, out _);
        Span<byte> json = stackalloc byte[32];
        _ = number.TryFormat(json, out int written, "R", CultureInfo.InvariantCulture);
        destination.AddFeature(name, number, json[..written]);
    }

    /// <summary>The id for 0, else the columns but the id, from 1.</summary>
    private ReadOnlySpan<byte> Field(int row, int index)
    {
        int at = (row * (_names.Length + 1)) + index;
        int start = at == 0 ? 0 : _ends[at - 1];
        return _text.AsSpan(start, _ends[at] - start);
    }

    private void Append(CsvFile file, int id)
    {
        AppendField(file[id]);
        for (int i = 0; i < file.Columns.Count; i++)
        {
            if (i != id)
            {
                AppendField(file[i]);
            }
        }
    }

    private void AppendField(ReadOnlySpan<byte> value)
    {
        if (_textLength + value.Length > _text.Length)
        {
            Array.Resize(ref _text, 2 * (_textLength + value.Length));
        }

        if (_endCount == _ends.Length)
        {
            Array.Resize(ref _ends, 2 * _endCount);
        }

        value.CopyTo(_text.AsSpan(_textLength));
        _textLength += value.Length;
        _ends[_endCount++] = _textLength;
    }

    private void Sort(int count)
    {
        _order = [.. Enumerable.Range(0, count)];
        Array.Sort(_order, (a, b) => Field(a, 0).SequenceCompareTo(Field(b, 0)));
    }
}
