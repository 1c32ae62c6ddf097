using Freshet.Serving.Leases;

namespace Freshet.Serving;

/// <summary>The right of one request to one version, from <see cref="LiveModel.Acquire()"/> until it is disposed of.</summary>
/// <remarks>
/// Until then the version is neither changed nor freed, whatever becomes live meanwhile. Dispose of it once, with <c>using</c>, and keep
/// <see cref="Served"/> no longer. The thread that ends the last lease of a retired version frees its memory. Costs two interlocked operations and no allocation.
/// </remarks>
public readonly ref struct VersionLease : IDisposable
{
    private readonly LeasedVersion? _version;

    internal VersionLease(LeasedVersion version) => _version = version;

    /// <summary>The version; null if none was live.</summary>
    public ServedModel? Served => _version?.Served;

    /// <summary>Ends the lease.</summary>
    public void Dispose() => _version?.EndReference();
}
