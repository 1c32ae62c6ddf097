namespace Freshet.Scenes;

/// <summary>One dense input of the network. An absent or non-finite number gives 0 after scaling.</summary>
public sealed record DenseFeature
{
    /// <summary>Name; also the column of sample files.</summary>
    public required string Name { get; init; }

    /// <summary>Where the number comes from; a feature of this name in the impression wins.</summary>
    public required NumericSource Source { get; init; }

    /// <summary>Default: none.</summary>
    public Scaling Scaling { get; init; }

    /// <summary>For <see cref="Scaling.Standard"/>. Default: 0.</summary>
    public double Mean { get; init; }

    /// <summary>For <see cref="Scaling.Standard"/>, &gt; 0. Default: 1.</summary>
    public double Deviation { get; init; } = 1;
}
