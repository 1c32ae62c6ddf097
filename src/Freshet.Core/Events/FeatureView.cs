namespace Freshet.Core.Events;

/// <summary>One entry of an event's <c>features</c>; valid until the event is changed.</summary>
public readonly ref struct FeatureView
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly ReadOnlySpan<TextRange> _values;

    internal FeatureView(
        ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, FeatureKind kind, double number, ReadOnlySpan<TextRange> values)
    {
        _text = text;
        Name = name;
        Kind = kind;
        Number = number;
        _values = values;
    }

    /// <summary>UTF-8 name.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Which of the members below apply.</summary>
    public FeatureKind Kind { get; }

    /// <summary>The number; NaN unless <see cref="Kind"/> is <see cref="FeatureKind.Number"/>.</summary>
    public double Number { get; }

    /// <summary>How many texts there are: 1 for a text or a number, the length of a list.</summary>
    public int ValueCount => _values.Length;

    /// <summary>The UTF-8 text at <paramref name="index"/>, in [0, <see cref="ValueCount"/>).</summary>
    public ReadOnlySpan<byte> Value(int index) => _text.Slice(_values[index].Start, _values[index].Length);
}
