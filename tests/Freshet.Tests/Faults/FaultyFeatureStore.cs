using Freshet.Core.Ports;

namespace Freshet.Tests.Faults;

/// <summary>A store of windows on which a fault can be switched on; after how many bytes it happens follows from the seed.</summary>
/// <param name="inner">The store that holds the windows.</param>
/// <param name="seed">Of the places at which faults happen.</param>
/// <param name="size">About how many bytes a saved store has: faults happen before that.</param>
internal sealed class FaultyFeatureStore(IFeatureStore inner, int seed, int size) : IFeatureStore
{
    private readonly Random _random = new(seed);

    /// <summary>What happens from now on.</summary>
    public Fault Fault { get; set; }

    public void Count(ReadOnlySpan<WindowCount> counts, long now)
    {
        ThrowIfGone();
        if (Fault == Fault.Slow)
        {
            foreach (WindowCount count in counts)
            {
                inner.Count([count], now);
            }

            return;
        }

        inner.Count(counts, now);
    }

    public void Read(ReadOnlySpan<WindowKey> keys, long at, long now, Span<long> destination)
    {
        ThrowIfGone();
        inner.Read(keys, at, now, destination);
    }

    public void Save(BinaryWriter destination)
    {
        ThrowIfGone();
        destination.Flush();
        using var faulty = new BinaryWriter(new FaultyStream(destination.BaseStream, Fault, _random.Next(size)), System.Text.Encoding.UTF8, leaveOpen: true);
        inner.Save(faulty);
    }

    public void Restore(BinaryReader source)
    {
        ThrowIfGone();
        using var faulty = new BinaryReader(new FaultyStream(source.BaseStream, Fault, _random.Next(size)), System.Text.Encoding.UTF8, leaveOpen: true);
        inner.Restore(faulty);
    }

    private void ThrowIfGone()
    {
        if (Fault == Fault.Gone)
        {
            throw new IOException("Feature store 'faulty' cannot be reached: Connection refused. It holds what it held before. Try again.");
        }
    }
}
