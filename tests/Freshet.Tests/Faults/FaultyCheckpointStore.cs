using Freshet.Core.Checkpoints;
using Freshet.Core.Ports;

namespace Freshet.Tests.Faults;

/// <summary>A checkpoint store on which a fault can be switched on; after how many bytes it happens follows from the seed.</summary>
/// <param name="inner">The store that holds the files.</param>
/// <param name="seed">Of the places at which faults happen.</param>
/// <param name="size">About how many bytes a file has: faults happen before that.</param>
internal sealed class FaultyCheckpointStore(ICheckpointStore inner, int seed, int size = 2_000) : ICheckpointStore
{
    private readonly Random _random = new(seed);

    /// <summary>What happens, once <see cref="WholeCalls"/> are over.</summary>
    public Fault Fault { get; set; }

    /// <summary>Files that are written or opened before the first with a fault.</summary>
    public int WholeCalls { get; set; }

    /// <summary>Faults that happened.</summary>
    public int Count { get; private set; }

    public string Location => inner.Location;

    public IReadOnlyList<string> List()
    {
        ThrowIfGone();
        return inner.List();
    }

    public long Write(string name, Action<Stream> content)
    {
        ThrowIfGone();
        bool isFaulty = Fault is Fault.FullDisk or Fault.TornWrite or Fault.Slow && WholeCalls-- <= 0;
        Count += isFaulty ? 1 : 0;
        return inner.Write(name, stream => content(isFaulty ? new FaultyStream(stream, Fault, _random.Next(size)) : stream));
    }

    public Stream Open(string name)
    {
        ThrowIfGone();
        bool isFaulty = Fault is Fault.HalfRead or Fault.Slow && WholeCalls-- <= 0;
        Count += isFaulty ? 1 : 0;
        return isFaulty ? new FaultyStream(inner.Open(name), Fault, _random.Next(size)) : inner.Open(name);
    }

    public void Remove(string name)
    {
        ThrowIfGone();
        inner.Remove(name);
    }

    public void Clear()
    {
        ThrowIfGone();
        inner.Clear();
    }

    private void ThrowIfGone()
    {
        if (Fault == Fault.Gone && WholeCalls-- <= 0)
        {
            Count++;
            throw new CheckpointException($"Checkpoints in '{Location}' cannot be reached: Connection refused.");
        }
    }
}
