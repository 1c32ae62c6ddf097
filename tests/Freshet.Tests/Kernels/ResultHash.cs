using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Freshet.Tests.Kernels;

/// <summary>The bits of a result as one number. It is written into tests: every vector width must give it.</summary>
internal static class ResultHash
{
    public static string Of(ReadOnlySpan<float> values) =>
        XxHash3.HashToUInt64(MemoryMarshal.AsBytes(values)).ToString("X16", System.Globalization.CultureInfo.InvariantCulture);
}
