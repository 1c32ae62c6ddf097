using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Freshet.Native.Memory;

/// <summary>Starts to load memory that will be read soon. Where the CPU offers no such instruction to .NET, nothing happens.</summary>
internal static unsafe class Prefetch
{
    private const nuint CacheLine = 64;

    /// <summary>The cache line of <paramref name="address"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }

    /// <summary>
    /// Every cache line of <c>[start, start + floats)</c>, which is memory that there is: near 0 the loop would wrap around.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Floats(float* start, nuint floats)
    {
        if (Sse.IsSupported)
        {
            byte* end = (byte*)(start + floats);
            for (byte* line = (byte*)((nuint)start & ~(CacheLine - 1)); line < end; line += CacheLine)
            {
                Sse.Prefetch0(line);
            }
        }
    }
}
