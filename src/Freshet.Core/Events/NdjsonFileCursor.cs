namespace Freshet.Core.Events;

/// <summary>One file, maybe of several that are merged: the event that arrived next in it.</summary>
internal sealed class NdjsonFileCursor(string path, int bufferSize, int arrivalWindow) : IDisposable
{
    private readonly ArrivalOrder _lines = new(path, bufferSize, arrivalWindow);

    /// <summary>The event read last by <see cref="TryAdvance"/>.</summary>
    public BehaviourEvent Head { get; } = new();

    /// <summary>When <see cref="Head"/> arrived: received_at, or at where the log does not say.</summary>
    public long Arrival => Head.ReceivedAt == BehaviourEvent.NoTime ? Head.At : Head.ReceivedAt;

    /// <summary>Malformed lines so far.</summary>
    public long Malformed { get; private set; }

    /// <summary>Reads the file's next event into <see cref="Head"/>; false at its end.</summary>
    public bool TryAdvance(EventJsonReader reader, MalformedLineHandler? malformed) => TryRead(Head, reader, malformed);

    /// <summary>Reads the file's next event into <paramref name="destination"/>; false at its end.</summary>
    public bool TryRead(BehaviourEvent destination, EventJsonReader reader, MalformedLineHandler? malformed)
    {
        while (_lines.TryReadLine(out ReadOnlySpan<byte> line, out long number, out bool tooLong))
        {
            EventReadResult result = tooLong
                ? new EventReadResult(EventReadStatus.TooLong, NdjsonEventSource.MaxLineLength)
                : reader.Read(line, destination);
            if (result.IsEvent)
            {
                return true;
            }

            if (result.IsMalformed)
            {
                Malformed++;
                malformed?.Invoke(path, number, result, line);
            }
        }

        destination.Clear();
        return false;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _lines.Dispose();
}
