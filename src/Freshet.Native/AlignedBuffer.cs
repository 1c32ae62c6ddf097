using System.Runtime.InteropServices;
using Freshet.Native.Memory;

namespace Freshet.Native;

/// <summary>Floats in native memory, aligned to 64 bytes, in huge pages where there is a use for one: a table of more than an array can hold, outside the collector.</summary>
/// <remarks>
/// The owner disposes of it; a forgotten one is freed by its finalizer. Spans of it are good until it grows or is disposed of, and only
/// while the buffer itself is reachable. Not thread-safe for growing.
/// </remarks>
public sealed unsafe class AlignedBuffer : IDisposable
{
    private const int Alignment = 64;
    private float* _start;

    /// <summary>A buffer of <paramref name="length"/> zeros.</summary>
    public AlignedBuffer(long length = 0) => Grow(length);

    /// <summary>Frees the memory of a buffer that nobody disposed of.</summary>
    ~AlignedBuffer() => Free();

    /// <summary>Floats it holds.</summary>
    public long Length { get; private set; }

    /// <summary>The floats <c>[start .. start + length]</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are not all in the buffer.</exception>
    public Span<float> Slice(long start, int length)
    {
        if (start < 0 || length < 0 || start + length > Length)
        {
            ThrowOutside(start, length);
        }

        // SAFETY: [start, start + length) lies in the Length floats that Grow allocated.
        return new Span<float>(_start + start, length);
    }

    /// <summary>Makes room for <paramref name="length"/> floats; keeps what is there and sets the rest to 0. Never shrinks.</summary>
    public void Grow(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length <= Length)
        {
            return;
        }

        // SAFETY: the new block holds length floats, of which the first Length are copied and the others cleared.
        nuint bytes = checked((nuint)length * sizeof(float));
        bool isLarge = bytes >= HugePages.Size;
        var grown = (float*)NativeMemory.AlignedAlloc(bytes, (nuint)(isLarge ? HugePages.Size : Alignment));
        if (isLarge)
        {
            HugePages.Ask(grown, bytes);
        }

        NativeMemory.Copy(_start, grown, (nuint)Length * sizeof(float));
        NativeMemory.Clear(grown + Length, (nuint)(length - Length) * sizeof(float));
        Free();
        _start = grown;
        Length = length;
        GC.AddMemoryPressure(length * sizeof(float));
    }

    /// <summary>Overwrites the first <paramref name="length"/> floats with those of <paramref name="source"/>.</summary>
    public void CopyFrom(AlignedBuffer source, long length)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, source.Length);
        Grow(length);

        // SAFETY: both blocks hold at least length floats.
        NativeMemory.Copy(source._start, _start, (nuint)length * sizeof(float));
        GC.KeepAlive(source);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    internal float* Pointer => _start;

    private void Free()
    {
        if (_start is not null)
        {
            NativeMemory.AlignedFree(_start);
            GC.RemoveMemoryPressure(Length * sizeof(float));
            _start = null;
            Length = 0;
        }
    }

    private void ThrowOutside(long start, int length) => throw new ArgumentOutOfRangeException(
        nameof(start), $"Floats {start} to {start + length} are not all in a buffer of {Length}.");
}
