using Freshet.Core.Ports;
using Freshet.Core.Versions;

namespace Freshet.Tests.Pipeline.Retention;

/// <summary>Versions in memory, and the bytes of all that were ever written.</summary>
internal sealed class MemoryModels : IModelStore
{
    private readonly SortedDictionary<ModelVersion, (byte[] Body, byte[] Manifest)> _versions = [];

    /// <summary>Everything that was written, removed or not.</summary>
    public Dictionary<ModelVersion, (byte[] Body, byte[] Manifest)> Written { get; } = [];

    public IReadOnlyList<ModelVersion> List() => [.. _versions.Keys];

    public void Write(ModelVersion version, Action<Stream> body, Func<byte[]> manifest)
    {
        using var bytes = new MemoryStream();
        body(bytes);
        _versions.Add(version, (bytes.ToArray(), manifest()));
        Written[version] = _versions[version];
    }

    public byte[] ReadManifest(ModelVersion version) => Find(version).Manifest;

    public Stream OpenBody(ModelVersion version) => new MemoryStream(Find(version).Body);

    public void Remove(ModelVersion version) => _versions.Remove(version);

    private (byte[] Body, byte[] Manifest) Find(ModelVersion version) =>
        _versions.TryGetValue(version, out (byte[], byte[]) found)
            ? found
            : throw new ModelStoreException($"Version {version} is not there.");
}
