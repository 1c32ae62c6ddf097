using Freshet.Core;
using Freshet.Core.Ports;
using Freshet.Core.Versions;
using Freshet.Models;
using Freshet.Scenes;
using Freshet.Sync;

namespace Freshet.Serving;

/// <summary>The model that is live: loaded off the request path, swapped by one reference.</summary>
public sealed class LiveModel(Scene scene, IModelStore store)
{
    // Written by the thread that swaps, read by request threads.
    private volatile ServedModel? _current;

    /// <summary>The live model; a request takes it once and keeps it to its end. Null before the first.</summary>
    public ServedModel? Current => _current;

    /// <summary>Loads <paramref name="version"/> and makes it live.</summary>
    /// <returns>The model that was live, null for none. It may be disposed of when its last request is over; a finalizer does it else.</returns>
    /// <exception cref="SnapshotException">The version is refused; the live one stays.</exception>
    /// <exception cref="ModelStoreException">The store cannot be read; the live one stays.</exception>
    public ServedModel? Swap(ModelVersion version)
    {
        (RankingModel model, ModelManifest manifest) = SnapshotReader.Read(store, scene, version);
        return Swap(new ServedModel(version, manifest, model));
    }

    /// <summary>Makes a model live that was made in this process, as streaming does.</summary>
    /// <returns>The model that was live, null for none.</returns>
    public ServedModel? Swap(ServedModel next)
    {
        ArgumentNullException.ThrowIfNull(next);
        ServedModel? retired = _current;
        _current = next;
        return retired;
    }
}
