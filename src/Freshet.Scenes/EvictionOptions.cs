namespace Freshet.Scenes;

/// <summary>Which rows of a table are given up at the end of a base (and, over <see cref="MaxRows"/>, of increments from the previous one).</summary>
public sealed record EvictionOptions
{
    /// <summary>Whole days on which an id is not seen before its row goes, &gt;= 1; 0: for ever. Default: 0.</summary>
    public int Days { get; init; }

    /// <summary>L2 norm of a row's vector and wide weights below which it goes, &gt;= 0. Default: 0, none goes.</summary>
    public double MinNorm { get; init; }

    /// <summary>Rows that stay, those of the highest score, &gt;= 1; 0: all. Default: 0.</summary>
    public int MaxRows { get; init; }

    /// <summary>β of the score, which is a moving average over days, &gt; 0 and &lt;= 1. Default: 0.02.</summary>
    public double Decay { get; init; } = 0.02;

    /// <summary>What a sample with a positive label counts in the score, where others count 1; &gt; 0. Default: 10.</summary>
    public double PositiveWeight { get; init; } = 10;
}
