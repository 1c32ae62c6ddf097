namespace Freshet.Scenes.Reading;

/// <summary>Which numbers a setting takes.</summary>
/// <param name="Text">For messages: <c>a number &gt; 0</c>.</param>
/// <param name="Holds">Whether a finite number is one of them.</param>
internal sealed record NumberRange(string Text, Func<double, bool> Holds)
{
    public static NumberRange Any { get; } = new("a number", _ => true);

    public static NumberRange Positive { get; } = new("a number > 0", number => number > 0);

    /// <summary>Learning rates: beyond 100 no optimiser here does anything but diverge.</summary>
    public static NumberRange StepSize { get; } = new("a number > 0 and <= 100", number => number is > 0 and <= 100);

    /// <summary>What keeps a division sound in float.</summary>
    public static NumberRange Guard { get; } = new("a number from 1e-20 to 1e20", number => number is >= 1e-20 and <= 1e20);

    /// <summary>What multiplies a penalty: more would not be a sound float.</summary>
    public static NumberRange Multiple { get; } = new("a number > 0 and <= 1000000", number => number is > 0 and <= 1_000_000);

    public static NumberRange NotNegative { get; } = new("a number >= 0", number => number >= 0);

    public static NumberRange OneOrMore { get; } = new("a number >= 1", number => number >= 1);

    public static NumberRange Share { get; } = new("a number from 0 to 1", number => number is >= 0 and <= 1);

    /// <summary>Of a count sketch: less would take more memory than exact counts.</summary>
    public static NumberRange SketchError { get; } = new("a number from 0.0001 to 0.5", number => number is >= 0.0001 and <= 0.5);

    public static NumberRange BelowOne { get; } = new("a number >= 0 and < 1", number => number is >= 0 and < 1);

    public static NumberRange PartOfAll { get; } = new("a number > 0 and <= 1", number => number is > 0 and <= 1);
}
