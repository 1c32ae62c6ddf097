using Freshet.Core.Versions;

namespace Freshet.Core.Ports;

/// <summary>Where published models lie: a folder, later an object store. Holds bytes and knows no model.</summary>
public interface IModelStore
{
    /// <summary>The versions that are there as a whole, ascending.</summary>
    IReadOnlyList<ModelVersion> List();

    /// <summary>Stores a version; readers see it whole or not at all.</summary>
    /// <param name="version">Not there yet.</param>
    /// <param name="body">Writes the model to the stream it is given; called first, once.</param>
    /// <param name="manifest">Gives the UTF-8 JSON that describes the body; called when the body is written.</param>
    /// <exception cref="ModelStoreException">The store cannot take it; it holds what it held before.</exception>
    void Write(ModelVersion version, Action<Stream> body, Func<byte[]> manifest);

    /// <summary>The manifest of a version.</summary>
    /// <exception cref="ModelStoreException">The version is not there or cannot be read.</exception>
    byte[] ReadManifest(ModelVersion version);

    /// <summary>The body of a version, from its beginning; the caller disposes of it.</summary>
    /// <exception cref="ModelStoreException">The version is not there or cannot be read.</exception>
    Stream OpenBody(ModelVersion version);

    /// <summary>Removes a version; nothing happens where it is not there.</summary>
    /// <exception cref="ModelStoreException">It cannot be removed.</exception>
    void Remove(ModelVersion version);
}
