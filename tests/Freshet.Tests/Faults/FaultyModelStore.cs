using Freshet.Core.Ports;
using Freshet.Core.Versions;

namespace Freshet.Tests.Faults;

/// <summary>A model store on which a fault can be switched on; how many bytes pass before it follows from the seed.</summary>
/// <param name="inner">The store that holds the versions.</param>
/// <param name="seed">Of the places at which faults happen.</param>
/// <param name="size">About how many bytes a body has: faults happen before that.</param>
internal sealed class FaultyModelStore(IModelStore inner, int seed, int size) : IModelStore
{
    private readonly Random _random = new(seed);

    /// <summary>What happens from now on.</summary>
    public Fault Fault { get; set; }

    /// <summary>Bodies that are opened without a fault before the first with one.</summary>
    public int WholeReads { get; set; }

    public IReadOnlyList<ModelVersion> List()
    {
        ThrowIfGone();
        return inner.List();
    }

    public void Write(ModelVersion version, Action<Stream> body, Func<byte[]> manifest)
    {
        ThrowIfGone();
        inner.Write(version, stream => body(new FaultyStream(stream, Fault, _random.Next(size))), manifest);
    }

    public byte[] ReadManifest(ModelVersion version)
    {
        ThrowIfGone();
        return inner.ReadManifest(version);
    }

    public Stream OpenBody(ModelVersion version)
    {
        if (Fault is Fault.HalfRead or Fault.Gone && WholeReads-- > 0)
        {
            return inner.OpenBody(version);
        }

        ThrowIfGone();
        return new FaultyStream(inner.OpenBody(version), Fault, _random.Next(size));
    }

    public void Remove(ModelVersion version)
    {
        ThrowIfGone();
        inner.Remove(version);
    }

    private void ThrowIfGone()
    {
        if (Fault == Fault.Gone && WholeReads <= 0)
        {
            throw new ModelStoreException("Model store 'faulty' cannot be reached: Connection refused. What it holds is not known to have changed. Try again.");
        }
    }
}
