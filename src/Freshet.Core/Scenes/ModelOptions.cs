namespace Freshet.Core.Scenes;

/// <summary>How the blocks become a logit (model.md 6).</summary>
public sealed record ModelOptions
{
    /// <summary>Name in the zoo: <c>lr</c>, <c>deepfm</c> or <c>esmm</c>. Default: esmm.</summary>
    public string Name { get; init; } = "esmm";

    /// <summary>D, floats per embedding row, 1 to 256. Default: 16.</summary>
    public int Dim { get; init; } = 16;

    /// <summary>Units of each layer of a tower, each 1 to 4096. Default: 256, 128, 64.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [256, 128, 64];

    /// <summary>Learns a bias per (task, surface, position) that ranking holds constant. Default: true.</summary>
    public bool PositionBias { get; init; } = true;

    /// <summary>The position that ranking assumes for every candidate; null: the bias of "no position". Default: null.</summary>
    public int? ReferencePosition { get; init; }

    /// <summary>Seeds all initial values. Default: 1.</summary>
    public ulong Seed { get; init; } = 1;
}
