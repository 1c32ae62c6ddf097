using Freshet.Core.Checkpoints;

namespace Freshet.Core.Ports;

/// <summary>Where checkpoints lie: files of one owner by name. Holds bytes and knows no state.</summary>
/// <remarks>One writer. A file is there whole or not at all, also after a kill at any moment.</remarks>
public interface ICheckpointStore
{
    /// <summary>Where this is, for messages.</summary>
    string Location { get; }

    /// <summary>The names of the files that are there, in ordinal order.</summary>
    /// <exception cref="CheckpointException">The store cannot be read.</exception>
    IReadOnlyList<string> List();

    /// <summary>Writes a file, in place of one of the same name; it is durable when this returns.</summary>
    /// <param name="name">Letters, digits, dots and dashes.</param>
    /// <param name="content">Writes it to the stream that it is given; called once.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="CheckpointException">It cannot be written; what was there is there.</exception>
    long Write(string name, Action<Stream> content);

    /// <summary>Opens a file; its length is known. The caller disposes of the stream.</summary>
    /// <exception cref="CheckpointException">It is not there or cannot be read.</exception>
    Stream Open(string name);

    /// <summary>Removes a file; nothing happens where it is not there.</summary>
    /// <exception cref="CheckpointException">It cannot be removed.</exception>
    void Remove(string name);

    /// <summary>Removes all files at once: a kill leaves all of them or none.</summary>
    /// <exception cref="CheckpointException">They cannot be removed.</exception>
    void Clear();
}
