using Freshet.Core.Ports;
using Freshet.Core.Versions;
using Freshet.Models;
using Freshet.Scenes;
using Freshet.Serving.Leases;
using Freshet.Sync;

namespace Freshet.Serving;

/// <summary>The version that is live on one track. Requests lease it; it is replaced beside them, off the request path.</summary>
/// <remarks>
/// <para>
/// Any number of threads <see cref="Acquire()"/> without locks. Any thread may swap; swaps wait for each other. A visible version is never changed. A retired
/// one is freed when its last lease ends, by the thread that ends it, or by the swap if there is none; exactly once.
/// </para>
/// <para>
/// <b>Streams.</b> <see cref="Apply"/> keeps two buffers. Changes are written to the hidden one, which nobody has leased; then the two change places.
/// The buffer that is hidden now lacks these changes, and gets them before the next. So each buffer sees all changes in their order, and
/// what is visible equals a model that was changed in place, bit for bit.
/// </para>
/// <para>Owns the models that it is given. Dispose of it when no more requests come.</para>
/// </remarks>
public sealed class LiveModel : IDisposable
{
    private readonly Scene _scene;
    private readonly IModelStore _store;
    private readonly Lock _swapping = new();

    // Written under the lock, read by request threads.
    private volatile LeasedVersion? _current;

    // The buffer that was visible before, with a reference of its own, and the changes that it lacks.
    private (LeasedVersion Shown, ModelChanges Missing)? _hidden;
    private bool _isDisposed;

    /// <summary>A model of <paramref name="scene"/> of which no version is live yet.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="store">Where versions are read.</param>
    public LiveModel(Scene scene, IModelStore store)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(store);
        _scene = scene;
        _store = store;
    }

    /// <summary>
    /// How long <see cref="Apply"/> waits for leases of the hidden buffer. If one lasts longer, it keeps that buffer, and the stream continues in
    /// a copy of the visible one. Default: 1 s.
    /// </summary>
    public TimeSpan LeaseWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What is live, without a lease: for the thread that swaps, until it does. All others <see cref="Acquire()"/>. Null before the first version.</summary>
    public ServedModel? Current => _current?.Served;

    /// <summary>Called for each model just before it is freed. For tests.</summary>
    internal Action<RankingModel>? Freeing { get; init; }

    /// <summary>Leases the version that is live now; an empty lease if there is none. For any thread, without locks or allocation.</summary>
    public VersionLease Acquire() => Acquire(held: null);

    /// <summary>Loads <paramref name="version"/> and makes it live.</summary>
    /// <exception cref="SnapshotException">The version is refused; the live one stays.</exception>
    /// <exception cref="ModelStoreException">The store cannot be read; the live one stays.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed of.</exception>
    public void Swap(ModelVersion version)
    {
        lock (_swapping)
        {
            // A stream begins again after a full version; without its second buffer there are at most two models while one is loaded.
            DropHidden();
        }

        (RankingModel model, ModelManifest manifest) = SnapshotReader.Read(_store, _scene, version);
        Swap(new ServedModel(version, manifest, model));
    }

    /// <summary>Makes a whole model live that was made in this process.</summary>
    /// <param name="next">Its model belongs to this object from now on: nobody else changes it or disposes of it.</param>
    /// <exception cref="ArgumentException">Its model is live already.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed of. The model stays the caller's.</exception>
    public void Swap(ServedModel next)
    {
        ArgumentNullException.ThrowIfNull(next);
        lock (_swapping)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            LeasedVersion? retired = _current;
            if (ReferenceEquals(next.Model, retired?.Buffer.Model) || ReferenceEquals(next.Model, _hidden?.Shown.Buffer.Model))
            {
                throw new ArgumentException(
                    $"Version {next.Version} has the model of a version that is served already; it would be freed with that one. Version {Current?.Version} stays live. " +
                    "Give each version its own model, or hand changes over with Apply.",
                    nameof(next));
            }

            _current = new LeasedVersion(next, new ModelBuffer(next.Model, Freeing));
            DropHidden();
            retired?.EndReference();
        }
    }

    /// <summary>Makes the live version with some changes the next version: visible whole or not at all.</summary>
    /// <param name="changes">What the next version has that the live one has not.</param>
    /// <param name="version">Name of the next version.</param>
    /// <param name="manifest">What it says of itself.</param>
    /// <exception cref="InvalidOperationException">Nothing is live.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed of.</exception>
    public void Apply(ModelChanges changes, ModelVersion version, ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(manifest);
        lock (_swapping)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            LeasedVersion retired = _current ?? throw new InvalidOperationException(
                $"Version {version} is a change of the version before, and none is live. Nothing was applied. Swap to a whole version first.");
            ModelBuffer next = TakeHidden() ?? new ModelBuffer(retired.Buffer.Model.Clone(), Freeing);
            Write(changes, next);

            // The retired version's own reference is still there, so this one is added.
            _ = retired.Buffer.TryAddReference();
            _current = new LeasedVersion(new ServedModel(version, manifest, next.Model), next);
            _hidden = (retired, changes);
            retired.EndReference();
        }
    }

    /// <summary>Nothing is live any more. Leases that are held last until they end, and free what they hold.</summary>
    public void Dispose()
    {
        lock (_swapping)
        {
            _isDisposed = true;
            LeasedVersion? retired = _current;
            _current = null;
            DropHidden();
            retired?.EndReference();
        }
    }

    /// <summary>As <see cref="Acquire()"/>, held up between looking at what is live and counting the lease: tests retire it there.</summary>
    internal VersionLease Acquire(Action? held)
    {
        while (_current is { } version)
        {
            held?.Invoke();
            if (version.TryAddReference())
            {
                return new VersionLease(version);
            }

            // It was retired and its last lease ended since it was looked up: so another is live, or none.
        }

        return default;
    }

    /// <summary>The hidden buffer with all changes of the live version, and its reference; null if there is none that nobody leases.</summary>
    private ModelBuffer? TakeHidden()
    {
        if (_hidden is not { } hidden)
        {
            return null;
        }

        // From here to its end it belongs to this call: what is half written never becomes visible.
        _hidden = null;
        ModelBuffer buffer = hidden.Shown.Buffer;
        if (!SpinWait.SpinUntil(() => hidden.Shown.IsOver, LeaseWait))
        {
            buffer.EndReference();
            return null;
        }

        Write(hidden.Missing, buffer);
        return buffer;
    }

    private static void Write(ModelChanges changes, ModelBuffer buffer)
    {
        try
        {
            changes.ApplyTo(buffer.Model);
        }
        catch
        {
            buffer.EndReference();
            throw;
        }
    }

    private void DropHidden()
    {
        ModelBuffer? buffer = _hidden?.Shown.Buffer;
        _hidden = null;
        buffer?.EndReference();
    }
}
