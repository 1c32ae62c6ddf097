using System.Runtime.InteropServices;

namespace Freshet.Native;

/// <summary>Numbers as the bytes they are in memory, for files. All platforms of .NET 10 that run Freshet are little-endian.</summary>
public static class ByteView
{
    /// <summary>The bytes of <paramref name="values"/>, read-only.</summary>
    public static ReadOnlySpan<byte> Of<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values);

    /// <summary>The bytes of <paramref name="values"/>, to be written.</summary>
    public static Span<byte> Of<T>(Span<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values);
}
