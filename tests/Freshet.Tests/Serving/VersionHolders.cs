using Freshet.Core.Versions;
using Freshet.Models;
using Freshet.Serving;
using Freshet.Sync;

namespace Freshet.Tests.Serving;

/// <summary>What is live, as a stress sees it.</summary>
internal interface IVersionHolder
{
    /// <summary>Calls <paramref name="judge"/> with the live version for as long as a request would hold it.</summary>
    void Rank(Action<ServedModel> judge);

    void Swap(ServedModel next);

    void Apply(ModelChanges changes, ModelVersion version, ModelManifest manifest);
}

/// <summary>By lease: the real one.</summary>
internal sealed class LeasedHolder(LiveModel live) : IVersionHolder
{
    public void Rank(Action<ServedModel> judge)
    {
        using VersionLease lease = live.Acquire();
        judge(lease.Served!);
    }

    public void Swap(ServedModel next) => live.Swap(next);

    public void Apply(ModelChanges changes, ModelVersion version, ModelManifest manifest) => live.Apply(changes, version, manifest);
}

/// <summary>
/// Planted faults: no leases, so a retired version is freed at once, and changes are applied to the visible model. A request waits for a swap after it
/// took its version, and a swap for such a request, so each swap shows its fault. Memory that counts as freed is kept, so that the process survives.
/// </summary>
internal sealed class FaultyHolder(SwapStress stress) : IVersionHolder, IDisposable
{
    private readonly List<RankingModel> _kept = [];
    private volatile ServedModel? _current;
    private long _swaps;
    private long _awaited = -1; // number of swaps that some request has seen and waits behind

    public void Rank(Action<ServedModel> judge)
    {
        ServedModel served = _current!;
        long seen = Interlocked.Read(ref _swaps);
        Interlocked.Exchange(ref _awaited, seen);
        SpinWait.SpinUntil(() => Interlocked.Read(ref _swaps) != seen || stress.IsOver);
        judge(served);
    }

    public void Swap(ServedModel next)
    {
        AwaitRequest();
        ServedModel? retired = _current;
        _current = next;
        _kept.Add(next.Model);
        if (retired is not null)
        {
            stress.Free(retired.Model);
        }

        Interlocked.Increment(ref _swaps);
    }

    public void Apply(ModelChanges changes, ModelVersion version, ModelManifest manifest)
    {
        AwaitRequest();
        RankingModel model = _current!.Model;
        changes.ApplyTo(model);
        _current = new ServedModel(version, manifest, model);
        Interlocked.Increment(ref _swaps);
    }

    public void Dispose() => _kept.ForEach(model => model.Dispose());

    // A late request may overwrite the number with an older one. It does not wait then, and asks again.
    private void AwaitRequest()
    {
        if (_current is not null)
        {
            SpinWait.SpinUntil(() => Interlocked.Read(ref _awaited) == Interlocked.Read(ref _swaps));
        }
    }
}
