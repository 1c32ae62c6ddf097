namespace Freshet.Core.Events;

/// <summary>Keeps a malformed line aside; called once for each, in the order in which they were read.</summary>
/// <param name="file">The file as it was named to the source.</param>
/// <param name="lineNumber">From 1.</param>
/// <param name="result">Why it is no event.</param>
/// <param name="line">The line without its end, valid during the call; of a line that is too long the first 1,024 bytes.</param>
public delegate void MalformedLineHandler(string file, long lineNumber, EventReadResult result, ReadOnlySpan<byte> line);
