namespace Freshet.Kernels;

/// <summary>A small seeded stream of random numbers: initial values that are a function of their seed alone, for ever.</summary>
/// <remarks>Source: Steele, Lea and Flood, OOPSLA 2014, https://doi.org/10.1145/2660193.2660195.</remarks>
public struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Mixes two numbers into a seed.</summary>
    public static ulong Mix(ulong left, ulong right) => Scramble(Scramble(left + 0x9E3779B97F4A7C15) ^ right);

    /// <summary>64 random bits.</summary>
    public ulong NextBits() => Scramble(_state += 0x9E3779B97F4A7C15);

    /// <summary>Fills <paramref name="destination"/> with numbers uniform in [−<paramref name="bound"/>, <paramref name="bound"/>).</summary>
    public void FillUniform(Span<float> destination, float bound)
    {
        foreach (ref float value in destination)
        {
            // 24 bits: every value is a float exactly, before the product rounds once.
            value = (((int)(NextBits() >> 40) - (1 << 23)) * (1f / (1 << 23))) * bound;
        }
    }

    private static ulong Scramble(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
