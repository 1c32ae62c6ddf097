namespace Freshet.Core.Events;

/// <summary>A source that can say where it stands, so that a restart continues there without reading what came before.</summary>
public interface IResumableSource : IEventSource
{
    /// <summary>Writes where the source stands: everything before has been delivered, nothing after it has.</summary>
    /// <remarks>
    /// Holds <see cref="IEventSource.Malformed"/> too. Call it between two calls of <see cref="IEventSource.TryRead"/>, from
    /// the same thread.
    /// </remarks>
    void SavePosition(BinaryWriter destination);

    /// <summary>Moves the source to the position that <see cref="SavePosition"/> wrote; the next event is the one after it.</summary>
    /// <exception cref="IOException">
    /// The position is of another source, or what follows it is gone; the message says which. The source stays where it was.
    /// </exception>
    void MoveTo(BinaryReader source);
}
