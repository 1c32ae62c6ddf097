using Freshet.Core.Time;

namespace Freshet.Samples.Delays;

/// <summary>The distribution of one kind of delay, 1 ms to 30 days, in a fixed number of counters.</summary>
/// <remarks>
/// A quantile is wrong by at most <see cref="RelativeError"/> of itself; a share counts delays up to that much longer or shorter. Two
/// sketches merge into the sketch of both, exactly. <see cref="SizeInBytes"/> bytes; adding allocates nothing. Not thread-safe.
/// DDSketch (Masson, Rim and Lee, VLDB 2019, https://doi.org/10.14778/3352063.3352135, section 2.1): counter i holds the delays in
/// (γ^(i−1), γ^i], γ = (1 + ε) ÷ (1 − ε). Ours differs in that the range is fixed, so no counters are ever collapsed; what is
/// shorter than 1 ms counts as 0, what is longer than 30 days as 30 days.
/// </remarks>
public sealed class DelaySketch
{
    /// <summary>ε, the largest relative error of a quantile.</summary>
    public const double RelativeError = 0.01;

    private const double Longest = 30.0 * Milliseconds.Day;
    private static readonly double s_logGamma = Math.Log((1 + RelativeError) / (1 - RelativeError));
    private static readonly int s_last = (int)Math.Ceiling(Math.Log(Longest) / s_logGamma);

    // [0]: no delay; [1 + i]: counter i
    private readonly long[] _counts = new long[s_last + 2];

    /// <summary>Bytes of the counters.</summary>
    internal static int SizeInBytes => (s_last + 2) * sizeof(long);

    /// <summary>Delays added.</summary>
    public long Count { get; private set; }

    /// <summary>Adds one delay.</summary>
    /// <param name="milliseconds">&lt;= 0 counts as no delay.</param>
    public void Add(long milliseconds)
    {
        _counts[IndexOf(milliseconds)]++;
        Count++;
    }

    /// <summary>Adds all that <paramref name="other"/> has seen.</summary>
    public void Merge(DelaySketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
    }

    /// <summary>The delay that a share of all delays does not exceed, ms; NaN for an empty sketch.</summary>
    /// <param name="share">0 to 1.</param>
    public double Quantile(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        if (Count == 0)
        {
            return double.NaN;
        }

        long rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        int index = 0;
        for (long below = _counts[0]; below < rank; below += _counts[index])
        {
            index++;
        }

        // The middle of a counter, in relative terms: 2γ^i ÷ (γ + 1).
        return index == 0 ? 0 : 2 * Math.Exp((index - 1) * s_logGamma) / (Math.Exp(s_logGamma) + 1);
    }

    /// <summary>Share of the delays that are not longer than <paramref name="milliseconds"/>; NaN for an empty sketch.</summary>
    public double ShareWithin(long milliseconds)
    {
        if (milliseconds < 0 || Count == 0)
        {
            return Count == 0 ? double.NaN : 0;
        }

        long within = 0;
        for (int i = 0, last = IndexOf(milliseconds); i <= last; i++)
        {
            within += _counts[i];
        }

        return (double)within / Count;
    }

    /// <summary>Writes the counters that are not 0 for a checkpoint.</summary>
    internal void Save(BinaryWriter writer)
    {
        writer.Write(_counts.Count(count => count != 0));
        for (int i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] != 0)
            {
                writer.Write(i);
                writer.Write(_counts[i]);
            }
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal void Restore(BinaryReader reader)
    {
        Array.Clear(_counts);
        Count = 0;
        for (int filled = reader.ReadInt32(); filled > 0; filled--)
        {
            int index = reader.ReadInt32();
            _counts[index] = reader.ReadInt64();
            Count += _counts[index];
        }
    }

    private static int IndexOf(long milliseconds) => milliseconds < 1
        ? 0
        : 1 + Math.Min(s_last, (int)Math.Ceiling(Math.Log(milliseconds) / s_logGamma));
}
