using System.IO.Hashing;
using Freshet.Core.Ports;
using Freshet.Core.Versions;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Sync;

/// <summary>Reads published models and refuses what is not whole or not of this scene.</summary>
public static class SnapshotReader
{
    /// <summary>The model of <paramref name="version"/>, checked against its manifest.</summary>
    /// <exception cref="SnapshotException">The version is damaged, of a newer format, or of another scene.</exception>
    /// <exception cref="ModelStoreException">The store cannot be read.</exception>
    public static (RankingModel Model, ModelManifest Manifest) Read(IModelStore store, Scene scene, ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(scene);
        ModelManifest manifest = ModelManifest.FromJson(store.ReadManifest(version))
            ?? throw Refused(version, "its manifest is no manifest");
        if (manifest.Format != ModelManifest.CurrentFormat)
        {
            throw Refused(version, $"it has format {manifest.Format}, this program reads format {ModelManifest.CurrentFormat}");
        }

        if (manifest.Scene != scene.Name || manifest.Model != scene.Model.Name)
        {
            throw Refused(
                version,
                $"it holds model '{manifest.Model}' of scene '{manifest.Scene}', asked for is '{scene.Model.Name}' of '{scene.Name}'");
        }

        try
        {
            return (ReadBody(store, scene, version, manifest), manifest);
        }
        catch (Exception error) when (error is IOException or ModelSnapshotException)
        {
            throw Refused(version, $"its body cannot be read ({error.Message})", error);
        }
    }

    private static RankingModel ReadBody(IModelStore store, Scene scene, ModelVersion version, ModelManifest manifest)
    {
        (long size, string checksum) = Measure(store, version);
        if (size != manifest.Size)
        {
            throw Refused(version, $"its body has {size} bytes, the manifest says {manifest.Size}");
        }

        if (checksum != manifest.Checksum)
        {
            throw Refused(version, $"its body has checksum {checksum}, the manifest says {manifest.Checksum}");
        }

        using Stream body = store.OpenBody(version);
        return RankingModel.Load(scene, body);
    }

    /// <summary>Reads the body once through: no part of it is believed before all of it was seen.</summary>
    private static (long Size, string Checksum) Measure(IModelStore store, ModelVersion version)
    {
        using Stream body = store.OpenBody(version);
        var hash = new XxHash128();
        hash.Append(body);
        return (body.Position, Convert.ToHexStringLower(hash.GetCurrentHash()));
    }

    private static SnapshotException Refused(ModelVersion version, string why, Exception? cause = null) => new(
        $"Model version {version} is refused: {why}. Serving stays on the version it had. Publish the model again.", cause);
}
