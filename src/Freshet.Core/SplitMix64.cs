namespace Freshet.Core;

/// <summary>
/// A seeded source of random numbers, eight bytes of state: the same seed gives the same bits on every machine.
/// </summary>
/// <remarks>
/// Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014), https://doi.org/10.1145/2714064.2660195,
/// with the constants of the reference implementation (Vigna, splitmix64.c). Streams of one seed are made with
/// <see cref="Stream"/>: what one of them draws does not move the others. A mutable struct: keep it in a field or pass it
/// by reference. Not for secrets.
/// </remarks>
public struct SplitMix64
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;
    private ulong _state;

    /// <summary>The sequence of <paramref name="seed"/>.</summary>
    public SplitMix64(ulong seed) => _state = seed;

    /// <summary>The stream of <paramref name="seed"/> named by <paramref name="stream"/> and <paramref name="index"/>.</summary>
    public static SplitMix64 Stream(ulong seed, ulong stream, ulong index = 0) =>
        new(Mix(Mix(seed + GoldenGamma) ^ Mix((stream * GoldenGamma) + index)));

    /// <summary>Mixes two numbers into a seed.</summary>
    public static ulong Mix(ulong left, ulong right) => Mix(Mix(left + GoldenGamma) ^ right);

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64() => Mix(_state += GoldenGamma);

    /// <summary>Uniform in [0, 1), with 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, <paramref name="count"/>), with a bias below count ÷ 2⁶⁴.</summary>
    /// <param name="count">&gt; 0.</param>
    public int NextBelow(int count) => (int)Math.BigMul(NextUInt64(), (ulong)count, out _);

    /// <summary>Standard normal (Box and Muller, 1958: the cosine of the pair).</summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Fills <paramref name="destination"/> with numbers uniform in [−<paramref name="bound"/>, <paramref name="bound"/>).</summary>
    public void FillUniform(Span<float> destination, float bound)
    {
        foreach (ref float value in destination)
        {
            // 24 bits: every value is a float exactly, before the product rounds once.
            value = (((int)(NextUInt64() >> 40) - (1 << 23)) * (1f / (1 << 23))) * bound;
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
