namespace Freshet.Core.Scenes.Reading;

/// <summary>Which numbers a setting takes.</summary>
/// <param name="Text">For messages: <c>a number &gt; 0</c>.</param>
/// <param name="Holds">Whether a finite number is one of them.</param>
internal sealed record NumberRange(string Text, Func<double, bool> Holds)
{
    public static NumberRange Any { get; } = new("a number", _ => true);

    public static NumberRange Positive { get; } = new("a number > 0", number => number > 0);

    public static NumberRange NotNegative { get; } = new("a number >= 0", number => number >= 0);

    public static NumberRange Share { get; } = new("a number from 0 to 1", number => number is >= 0 and <= 1);
}
