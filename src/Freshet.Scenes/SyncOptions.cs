namespace Freshet.Scenes;

/// <summary>Publishing of model versions.</summary>
public sealed record SyncOptions
{
    /// <summary>
    /// Streaming (<see cref="TrainingOptions.IsStreaming"/>): time between two moments at which the model learns what is newly old enough and is
    /// published, 1 s to 1 h. Default: 10 s.
    /// </summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Versions kept, 1 to 10,000; older ones are removed. Default: 8.</summary>
    public int Keep { get; init; } = 8;
}
