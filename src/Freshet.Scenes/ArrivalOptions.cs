namespace Freshet.Scenes;

/// <summary>How event files are put in order of arrival.</summary>
public sealed record ArrivalOptions
{
    /// <summary>
    /// Lines of a file that are read ahead to put them in order of <c>received_at</c>, 0 to 10,000,000; 0: files are taken as they are.
    /// A line says nothing of its size: a window takes about as many bytes as its lines have. Default: 100,000.
    /// </summary>
    public int Window { get; init; } = 100_000;
}
