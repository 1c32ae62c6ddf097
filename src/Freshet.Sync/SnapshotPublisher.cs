using Freshet.Core.Ports;
using Freshet.Core.Versions;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Sync;

/// <summary>Publishes whole models: body, checksum, manifest, in one atomic step; old versions go by count.</summary>
/// <remarks>One publisher a store. Not thread-safe.</remarks>
public sealed class SnapshotPublisher
{
    private readonly Scene _scene;
    private readonly IModelStore _store;
    private long _sequence;

    /// <summary>Publishes models of <paramref name="scene"/> into <paramref name="store"/>, after the versions that are there.</summary>
    public SnapshotPublisher(Scene scene, IModelStore store)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(store);
        _scene = scene;
        _store = store;
        IReadOnlyList<ModelVersion> versions = store.List();
        _sequence = versions.Count == 0 ? 0 : versions[^1].Sequence;
        Kept = versions.Count;
    }

    /// <summary>Number of the last version, stored or only named.</summary>
    public long Sequence => _sequence;

    /// <summary>Versions from this number on are not removed. Default: <see cref="long.MaxValue"/>.</summary>
    public long KeepFrom { get; set; } = long.MaxValue;

    /// <summary>
    /// Continues after version <paramref name="sequence"/>. Later ones that are there are of a run that was stopped: what is published again must
    /// equal them.
    /// </summary>
    public void Resume(long sequence) => _sequence = sequence;

    /// <summary>Publishes <paramref name="model"/> as the next version.</summary>
    /// <param name="model">Not changed.</param>
    /// <param name="kind">How it was trained.</param>
    /// <param name="cutoff">Event time up to which events were attributed, ms since the epoch.</param>
    /// <param name="watermark">Newest event time learnt from, ms since the epoch.</param>
    /// <param name="samples">Samples learnt from since the base began.</param>
    /// <param name="gates">Kept in the manifest; null: nothing was judged.</param>
    /// <exception cref="ArgumentException">A gate refused.</exception>
    /// <exception cref="ModelStoreException">The store refuses; it holds what it held before.</exception>
    public ModelVersion Publish(RankingModel model, VersionKind kind, long cutoff, long watermark, long samples, IReadOnlyList<GateResult>? gates = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (gates?.Any(result => result.Verdict == GateVerdict.Refused) == true)
        {
            throw new ArgumentException("A version that a gate refused cannot be published. The versions that were there are untouched.", nameof(gates));
        }

        var version = new ModelVersion(watermark, _sequence + 1);
        using var hash = new HashingStream();
        byte[] Manifest() =>
            (Describe(version, kind, cutoff, watermark, samples, gates) with { Size = hash.Length, Checksum = hash.Checksum }).ToJson();
        if (Find(version.Sequence) is { } there)
        {
            hash.Through(Stream.Null, model.Save);
            RequireSame(there, Manifest());
        }
        else
        {
            _store.Write(version, body => hash.Through(body, model.Save), Manifest);
        }

        _sequence++;
        RemoveOld();
        return version;
    }

    /// <summary>Names a version that is handed over in this process and not stored; the sequence goes on.</summary>
    /// <param name="watermark">Newest event time learnt from, ms since the epoch.</param>
    public ModelVersion Name(long watermark) => new(watermark, ++_sequence);

    /// <summary>The manifest of a version without a body.</summary>
    /// <param name="version">Its name.</param>
    /// <param name="kind">As in <see cref="Publish"/>, and so are the others.</param>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="watermark">ms since the epoch.</param>
    /// <param name="samples">Samples learnt from since the base began.</param>
    /// <param name="gates">Null: nothing was judged.</param>
    public ModelManifest Describe(ModelVersion version, VersionKind kind, long cutoff, long watermark, long samples, IReadOnlyList<GateResult>? gates = null) => new()
    {
        Format = ModelManifest.CurrentFormat,
        Scene = _scene.Name,
        Model = _scene.Model.Name,
        Version = version.ToString(),
        Kind = kind,
        Cutoff = cutoff,
        Watermark = watermark,
        Samples = samples,
        Size = 0,
        Checksum = "",
        Gates = gates ?? [],
    };

    /// <summary>Versions in the store after the last removal; before the first, all that were there.</summary>
    public int Kept { get; private set; }

    /// <summary>Versions that this publisher has removed.</summary>
    public long Removed { get; private set; }

    /// <summary>Removes what is over the number of versions that are kept.</summary>
    public void RemoveOld()
    {
        ModelVersion[] versions = [.. _store.List().Where(version => version.Sequence <= _sequence)];
        int removed = 0;
        for (; removed < versions.Length - _scene.Sync.Keep && versions[removed].Sequence < KeepFrom; removed++)
        {
            _store.Remove(versions[removed]);
        }

        (Kept, Removed) = (versions.Length - removed, Removed + removed);
    }

    private ModelVersion? Find(long sequence)
    {
        foreach (ModelVersion version in _store.List())
        {
            if (version.Sequence == sequence)
            {
                return version;
            }
        }

        return null;
    }

    private void RequireSame(ModelVersion there, byte[] manifest)
    {
        if (!_store.ReadManifest(there).AsSpan().SequenceEqual(manifest))
        {
            throw new ModelStoreException(
                $"Version {there} is there already, and what was trained again is another: its manifest differs. Nothing was published, and the version " +
                "that was there is untouched. Publish into another folder, or remove this one together with its checkpoints.");
        }
    }
}
