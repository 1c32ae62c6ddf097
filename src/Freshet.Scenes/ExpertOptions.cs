namespace Freshet.Scenes;

/// <summary>The experts that the towers of <c>mmoe</c> and <c>ple</c> read through gates.</summary>
public sealed record ExpertOptions
{
    /// <summary>Experts that all tasks share, 1 to 64. Default: 4.</summary>
    public int Shared { get; init; } = 4;

    /// <summary><c>ple</c>: experts of each task's own, 0 to 64. Default: 2.</summary>
    public int Own { get; init; } = 2;

    /// <summary>Units of each layer of an expert, each 1 to 4096. Default: 128, 64.</summary>
    public IReadOnlyList<int> Units { get; init; } = [128, 64];

    /// <summary><c>ple</c>: levels of extraction, 1 to 8. Default: 1.</summary>
    public int Levels { get; init; } = 1;
}
