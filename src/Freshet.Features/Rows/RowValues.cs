using Freshet.Core.Events;
using Freshet.Core.Time;
using Freshet.Features.Fields;
using Freshet.Features.Keys;
using Freshet.Features.Plans;
using Freshet.Scenes;

namespace Freshet.Features.Rows;

/// <summary>
/// The values that the selectors of a scene have for one event, each resolved once, when it is first asked for.
/// </summary>
internal sealed class RowValues(ScenePlan plan, FieldStates users, FieldStates items, SceneDays days)
{
    private const int Unresolved = -2;
    private readonly int[] _featureOf = new int[plan.FeatureNames.Count];
    private readonly long[] _featureRow = new long[plan.FeatureNames.Count];
    private readonly int[] _first = new int[plan.Selectors.Count];
    private readonly int[] _count = new int[plan.Selectors.Count];
    private readonly long[] _selectorRow = new long[plan.Selectors.Count];
    private TextValue[] _values = new TextValue[64];
    private int _valueCount;
    private byte[] _text = new byte[512];
    private int _textLength;
    private long _row;
    private int _userRow;
    private int _itemRow;

    /// <summary>The event; set by <see cref="Begin"/>.</summary>
    public BehaviourEvent Event { get; private set; } = new();

    /// <summary>Its time; set by <see cref="Begin"/>.</summary>
    public EventTime Time { get; private set; }

    /// <summary>Hash of its user; 0 = none.</summary>
    public ulong User { get; private set; }

    /// <summary>Hash of its item; 0 = none.</summary>
    public ulong Item { get; private set; }

    /// <summary>Row of its user among those of which something is kept; -1 = none.</summary>
    public int UserRow => _userRow != Unresolved ? _userRow : _userRow = users.Keys.Find(User, Time.Now);

    private int ItemRow => _itemRow != Unresolved ? _itemRow : _itemRow = items.Keys.Find(Item, Time.Now);

    /// <summary>Turns to another event, which must not change until the next call; one pass over its features.</summary>
    public void Begin(BehaviourEvent behaviourEvent, in EventTime time)
    {
        Event = behaviourEvent;
        Time = time;
        User = KeyHash.Of(behaviourEvent.UserId);
        Item = KeyHash.Of(behaviourEvent.ItemId);
        _row++;
        (_userRow, _itemRow) = (Unresolved, Unresolved);
        _valueCount = 0;
        _textLength = 0;
        for (int i = 0; i < behaviourEvent.FeatureCount; i++)
        {
            int name = plan.FeatureNames.Find(behaviourEvent.Feature(i).Name);
            if (name >= 0 && _featureRow[name] != _row)
            {
                _featureRow[name] = _row;
                _featureOf[name] = i;
            }
        }
    }

    /// <summary>Index of the event's feature with this number; -1 where the event does not bring it.</summary>
    public int FeatureOf(int name) => _featureRow[name] == _row ? _featureOf[name] : -1;

    /// <summary>The texts of a selector, none of them empty; valid until the next call for another selector.</summary>
    public ReadOnlySpan<TextValue> Values(int selector)
    {
        if (_selectorRow[selector] != _row)
        {
            _selectorRow[selector] = _row;
            _first[selector] = _valueCount;
            Resolve(plan.Selectors[selector], plan.IsKeyed[selector]);
            _count[selector] = _valueCount - _first[selector];
        }

        return _values.AsSpan(_first[selector], _count[selector]);
    }

    /// <summary>The UTF-8 text of <paramref name="value"/>.</summary>
    public ReadOnlySpan<byte> Text(in TextValue value) => _text.AsSpan(value.Start, value.Length);

    /// <summary>The number of a selector: that of its field, or the one its first text spells; NaN where there is none.</summary>
    public double Number(int selector)
    {
        SelectorPlan source = plan.Selectors[selector];
        if (source.Kind == SelectorKind.ImpressionField)
        {
            int feature = FeatureOf(source.Name);
            return feature < 0 ? double.NaN : Number(Event.Feature(feature));
        }

        if (source.Field >= 0)
        {
            ReadOnlySpan<FieldValue> fields = Fields(source.Kind);
            return fields.IsEmpty ? double.NaN : fields[source.Field].Number;
        }

        ReadOnlySpan<TextValue> values = Values(selector);
        return values.IsEmpty ? double.NaN : FieldValue.Parse(Text(values[0]));
    }

    /// <summary>The number of a feature: its own, or the one its first text spells; NaN where there is none.</summary>
    public static double Number(in FeatureView feature) =>
        feature.Kind == FeatureKind.Number ? feature.Number
        : feature.ValueCount > 0 ? FieldValue.Parse(feature.Value(0))
        : double.NaN;

    private ReadOnlySpan<FieldValue> Fields(SelectorKind kind) =>
        kind == SelectorKind.ItemField ? items.Find(ItemRow) : users.Find(UserRow);

    private void Resolve(SelectorPlan source, bool isKeyed)
    {
        switch (source.Kind)
        {
            case SelectorKind.User:
                Add(Event.UserId, isKeyed);
                break;
            case SelectorKind.Item:
                Add(Event.ItemId, isKeyed);
                break;
            case SelectorKind.Surface:
                Add(Event.Surface, isKeyed);
                break;
            case SelectorKind.Hour:
                Add(days.HourOf(Time.At), isKeyed);
                break;
            case SelectorKind.Weekday:
                Add(days.WeekdayOf(Time.At), isKeyed);
                break;
            case SelectorKind.ImpressionField:
                AddFeature(FeatureOf(source.Name), isKeyed);
                break;
            default:
                AddField(Fields(source.Kind), source.Field, isKeyed);
                break;
        }
    }

    private void AddFeature(int index, bool isKeyed)
    {
        if (index < 0)
        {
            return;
        }

        FeatureView feature = Event.Feature(index);
        for (int i = 0; i < feature.ValueCount; i++)
        {
            Add(feature.Value(i), isKeyed);
        }
    }

    private void AddField(ReadOnlySpan<FieldValue> fields, int field, bool isKeyed)
    {
        if (fields.IsEmpty)
        {
            return;
        }

        ReadOnlySpan<byte> texts = fields[field].Texts;
        while (!texts.IsEmpty)
        {
            Add(FieldValue.Next(ref texts), isKeyed);
        }
    }

    private void Add(int number, bool isKeyed)
    {
        Span<byte> digits = stackalloc byte[12];
        _ = number.TryFormat(digits, out int length);
        Add(digits[..length], isKeyed);
    }

    private void Add(ReadOnlySpan<byte> text, bool isKeyed)
    {
        if (text.IsEmpty)
        {
            return;
        }

        if (_textLength + text.Length > _text.Length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _textLength + text.Length));
        }

        if (_valueCount == _values.Length)
        {
            Array.Resize(ref _values, _values.Length * 2);
        }

        text.CopyTo(_text.AsSpan(_textLength));
        _values[_valueCount++] = new TextValue(_textLength, text.Length, isKeyed ? KeyHash.Of(text) : 0);
        _textLength += text.Length;
    }
}
