namespace Freshet.Features.Rows;

/// <summary>Impressions and behaviours of the whole scene since the start of its state: the priors of smoothed rates.</summary>
internal sealed class Totals(int behaviours)
{
    private readonly long[] _counts = new long[behaviours + 1];

    /// <summary>Counts one event: 0 = impression, 1 + b = behaviour b.</summary>
    public void Count(int what) => _counts[what]++;

    /// <summary>The rate of behaviour b that is assumed where nothing is known: (behaviours + 1) ÷ (impressions + 20).</summary>
    public double Prior(int behaviour) => (_counts[behaviour + 1] + 1.0) / (_counts[0] + 20.0);

    public void Save(BinaryWriter destination)
    {
        foreach (long count in _counts)
        {
            destination.Write(count);
        }
    }

    public void Restore(BinaryReader source)
    {
        foreach (ref long count in _counts.AsSpan())
        {
            count = source.ReadInt64();
        }
    }
}
