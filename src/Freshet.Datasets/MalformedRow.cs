namespace Freshet.Datasets;

/// <summary>A row that could not be read as events and was set aside.</summary>
/// <param name="File">Name of the file, without its folder.</param>
/// <param name="Line">1-based line on which the row begins.</param>
/// <param name="Reason">What is wrong with it; a sentence.</param>
public readonly record struct MalformedRow(string File, long Line, string Reason)
{
    /// <summary>One line of text for people.</summary>
    public override string ToString() => $"{File}, line {Line}: {Reason}";
}
