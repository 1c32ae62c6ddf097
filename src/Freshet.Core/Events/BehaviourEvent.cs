using System.Text;

namespace Freshet.Core.Events;

/// <summary>
/// One thing that happened: an impression, a behaviour, the status of an item, a profile, or a declared signal.
/// </summary>
/// <remarks>
/// A buffer that readers fill again and again: all text lies as UTF-8 in one array that only grows, so a stream of
/// events allocates nothing in steady state. Not thread-safe. Whoever must keep an event copies it
/// (<see cref="CopyFrom"/>). The JSON form is in docs/formats.md.
/// </remarks>
public sealed class BehaviourEvent
{
    private const int TextFieldCount = (int)EventText.Arm + 1;
    private readonly TextRange[] _fields = new TextRange[TextFieldCount];
    private byte[] _text = new byte[256];
    private int _textLength;
    private Entry[] _features = new Entry[8];
    private int _featureCount;
    private Entry[] _scores = [];
    private int _scoreCount;
    private TextRange[] _values = new TextRange[8];
    private int _valueCount;
    private TextRange _extra;

    /// <summary>Event time, ms since the Unix epoch.</summary>
    public long At { get; set; }

    /// <summary>When the event arrived, ms since the Unix epoch; <see cref="NoTime"/> where the log does not say.</summary>
    public long ReceivedAt { get; set; } = NoTime;

    /// <summary>Seconds, money or a count; NaN where the event has none.</summary>
    public double Value { get; set; } = double.NaN;

    /// <summary>Place on the page, from 0 or 1 as the platform counts; <see cref="NoPosition"/> where there is none.</summary>
    public int Position { get; set; } = NoPosition;

    /// <summary>The value of <see cref="ReceivedAt"/> for "not said".</summary>
    public const long NoTime = long.MinValue;

    /// <summary>The value of <see cref="Position"/> for "not said".</summary>
    public const int NoPosition = -1;

    /// <summary>UTF-8 <c>type</c>.</summary>
    public ReadOnlySpan<byte> Type => Get(EventText.Type);

    /// <summary>UTF-8 <c>event_id</c>.</summary>
    public ReadOnlySpan<byte> EventId => Get(EventText.EventId);

    /// <summary>UTF-8 <c>request_id</c>; empty where absent.</summary>
    public ReadOnlySpan<byte> RequestId => Get(EventText.RequestId);

    /// <summary>UTF-8 <c>user_id</c>; empty where absent.</summary>
    public ReadOnlySpan<byte> UserId => Get(EventText.UserId);

    /// <summary>UTF-8 <c>item_id</c>; empty where absent.</summary>
    public ReadOnlySpan<byte> ItemId => Get(EventText.ItemId);

    /// <summary>UTF-8 <c>surface</c>; empty where absent.</summary>
    public ReadOnlySpan<byte> Surface => Get(EventText.Surface);

    /// <summary>How many entries <c>features</c> has.</summary>
    public int FeatureCount => _featureCount;

    /// <summary>How many entries <c>scores</c> has.</summary>
    public int ScoreCount => _scoreCount;

    /// <summary>Fields that Freshet does not know, as JSON members joined by commas (<c>"a":1,"b":{}</c>); they are kept.</summary>
    public ReadOnlySpan<byte> ExtraJson => Slice(_extra);

    /// <summary>The UTF-8 text of <paramref name="field"/>; empty where absent.</summary>
    public ReadOnlySpan<byte> Get(EventText field) => Slice(_fields[(int)field]);

    /// <summary>Sets <paramref name="field"/>; empty removes it.</summary>
    public void Set(EventText field, ReadOnlySpan<byte> utf8) => _fields[(int)field] = Append(utf8);

    /// <summary>Sets <paramref name="field"/>; empty removes it.</summary>
    public void Set(EventText field, string text) => _fields[(int)field] = Append(text);

    /// <summary>The entry of <c>features</c> at <paramref name="index"/>, in [0, <see cref="FeatureCount"/>).</summary>
    public FeatureView Feature(int index) => View(_features.AsSpan(0, _featureCount)[index]);

    /// <summary>Finds the first entry of <c>features</c> with this UTF-8 name.</summary>
    public bool TryGetFeature(ReadOnlySpan<byte> name, out FeatureView feature)
    {
        for (int i = 0; i < _featureCount; i++)
        {
            if (Slice(_features[i].Name).SequenceEqual(name))
            {
                feature = View(_features[i]);
                return true;
            }
        }

        feature = default;
        return false;
    }

    /// <summary>The entry of <c>scores</c> at <paramref name="index"/>: a task's UTF-8 name and its probability.</summary>
    public FeatureView Score(int index) => View(_scores.AsSpan(0, _scoreCount)[index]);

    /// <summary>Adds a text to <c>features</c>.</summary>
    public void AddFeature(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        BeginFeatureList(name);
        AddListValue(text);
        _features[_featureCount - 1].Kind = FeatureKind.Text;
    }

    /// <summary>Adds a text to <c>features</c>.</summary>
    public void AddFeature(string name, string text)
    {
        AddFeature(ref _features, ref _featureCount, Append(name), FeatureKind.Text, double.NaN);
        AddValue(Append(text));
        _features[_featureCount - 1].ValueCount = 1;
    }

    /// <summary>Adds a number with its JSON text to <c>features</c>.</summary>
    public void AddFeature(ReadOnlySpan<byte> name, double number, ReadOnlySpan<byte> jsonText)
    {
        AddFeature(name, jsonText);
        _features[_featureCount - 1].Kind = FeatureKind.Number;
        _features[_featureCount - 1].Number = number;
    }

    /// <summary>Adds a finite number to <c>features</c>, its text in the shortest form that reads back as the same number.</summary>
    public void AddFeature(string name, double number)
    {
        Span<byte> text = stackalloc byte[32];
        _ = number.TryFormat(text, out int written, "R", System.Globalization.CultureInfo.InvariantCulture);
        AddFeature(ref _features, ref _featureCount, Append(name), FeatureKind.Number, number);
        AddValue(Append(text[..written]));
        _features[_featureCount - 1].ValueCount = 1;
    }

    /// <summary>Adds an empty list to <c>features</c>; <see cref="AddListValue"/> fills it.</summary>
    public void BeginFeatureList(ReadOnlySpan<byte> name) =>
        AddFeature(ref _features, ref _featureCount, Append(name), FeatureKind.TextList, double.NaN);

    /// <summary>Adds a text to the list that was begun last.</summary>
    public void AddListValue(ReadOnlySpan<byte> text)
    {
        AddValue(Append(text));
        _features[_featureCount - 1].ValueCount++;
    }

    /// <summary>Adds a task's probability to <c>scores</c>.</summary>
    public void AddScore(ReadOnlySpan<byte> task, double probability) =>
        AddFeature(ref _scores, ref _scoreCount, Append(task), FeatureKind.Number, probability);

    /// <summary>Adds one unknown member, as JSON (<c>"name":value</c>), to <see cref="ExtraJson"/>.</summary>
    public void AddExtraJson(ReadOnlySpan<byte> member)
    {
        if (_extra.Length == 0)
        {
            _extra = Append(member);
            return;
        }

        int start = _textLength;
        _ = Append(Slice(_extra));
        _ = Append(","u8);
        _ = Append(member);
        _extra = new TextRange(start, _textLength - start);
    }

    /// <summary>Empties the event for the next use; buffers stay.</summary>
    public void Clear()
    {
        Array.Clear(_fields);
        _textLength = 0;
        _featureCount = 0;
        _scoreCount = 0;
        _valueCount = 0;
        _extra = default;
        At = 0;
        ReceivedAt = NoTime;
        Value = double.NaN;
        Position = NoPosition;
    }

    /// <summary>Makes this event equal to <paramref name="other"/>.</summary>
    public void CopyFrom(BehaviourEvent other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Copy(other._text, ref _text, other._textLength);
        Copy(other._features, ref _features, other._featureCount);
        Copy(other._scores, ref _scores, other._scoreCount);
        Copy(other._values, ref _values, other._valueCount);
        other._fields.CopyTo(_fields, 0);
        _textLength = other._textLength;
        _featureCount = other._featureCount;
        _scoreCount = other._scoreCount;
        _valueCount = other._valueCount;
        _extra = other._extra;
        At = other.At;
        ReceivedAt = other.ReceivedAt;
        Value = other.Value;
        Position = other.Position;
    }

    /// <summary>Type, ids and time, for messages and debuggers.</summary>
    public override string ToString() =>
        $"{Encoding.UTF8.GetString(Type)} {Encoding.UTF8.GetString(EventId)} at {At} user {Encoding.UTF8.GetString(UserId)} item {Encoding.UTF8.GetString(ItemId)}";

    /// <summary>Empties the event and makes <paramref name="line"/> the start of its text: ranges of the line are ranges of the text.</summary>
    internal void Begin(ReadOnlySpan<byte> line)
    {
        Clear();
        _ = Append(line);
    }

    /// <summary>The text at <paramref name="range"/>.</summary>
    internal ReadOnlySpan<byte> Text(TextRange range) => Slice(range);

    /// <summary>Appends what <paramref name="raw"/>, a part of the text, says without its JSON escapes.</summary>
    internal TextRange Unescape(TextRange raw)
    {
        Grow(ref _text, _textLength + raw.Length);
        int length = JsonText.Unescape(Slice(raw), _text.AsSpan(_textLength));
        var range = new TextRange(_textLength, length);
        _textLength += length;
        return range;
    }

    /// <summary>Sets <paramref name="field"/> to a part of the text.</summary>
    internal void Set(EventText field, TextRange range) => _fields[(int)field] = range;

    /// <summary>Adds an entry to <c>features</c> whose values follow by <see cref="AddValueOfFeature"/>.</summary>
    internal void BeginFeature(TextRange name, FeatureKind kind, double number) =>
        AddFeature(ref _features, ref _featureCount, name, kind, number);

    /// <summary>Adds a value to the feature that was begun last.</summary>
    internal void AddValueOfFeature(TextRange value)
    {
        AddValue(value);
        _features[_featureCount - 1].ValueCount++;
    }

    /// <summary>Adds a task's probability to <c>scores</c>.</summary>
    internal void AddScore(TextRange task, double probability) =>
        AddFeature(ref _scores, ref _scoreCount, task, FeatureKind.Number, probability);

    private static void Copy<T>(T[] source, ref T[] destination, int count)
    {
        if (destination.Length < count)
        {
            destination = new T[source.Length];
        }

        source.AsSpan(0, count).CopyTo(destination);
    }

    private static void Grow<T>(ref T[] array, int count)
    {
        if (array.Length < count)
        {
            Array.Resize(ref array, Math.Max(count, Math.Max(4, array.Length * 2)));
        }
    }

    private ReadOnlySpan<byte> Slice(TextRange range) => _text.AsSpan(range.Start, range.Length);

    private FeatureView View(in Entry entry) => new(
        _text, Slice(entry.Name), entry.Kind, entry.Number, _values.AsSpan(entry.FirstValue, entry.ValueCount));

    private TextRange Append(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return default;
        }

        int start = _textLength;
        Grow(ref _text, start + utf8.Length);
        utf8.CopyTo(_text.AsSpan(start));
        _textLength += utf8.Length;
        return new TextRange(start, utf8.Length);
    }

    private TextRange Append(string text)
    {
        int start = _textLength;
        Grow(ref _text, start + Encoding.UTF8.GetMaxByteCount(text.Length));
        int length = Encoding.UTF8.GetBytes(text, _text.AsSpan(start));
        _textLength += length;
        return new TextRange(start, length);
    }

    private void AddFeature(ref Entry[] entries, ref int count, TextRange name, FeatureKind kind, double number)
    {
        Grow(ref entries, count + 1);
        entries[count++] = new Entry { Name = name, Kind = kind, Number = number, FirstValue = _valueCount };
    }

    private void AddValue(TextRange value)
    {
        Grow(ref _values, _valueCount + 1);
        _values[_valueCount++] = value;
    }

    private struct Entry
    {
        public TextRange Name;
        public FeatureKind Kind;
        public double Number;
        public int FirstValue;
        public int ValueCount;
    }
}
