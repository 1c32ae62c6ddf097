namespace Freshet.Tests.Faults;

/// <summary>A stream on which <paramref name="fault"/> happens after <paramref name="after"/> bytes.</summary>
internal sealed class FaultyStream(Stream inner, Fault fault, long after) : Stream
{
    private const int SlowSize = 7;
    private long _passed;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (fault == Fault.Gone && _passed >= after)
        {
            throw new IOException("Connection reset by peer");
        }

        long allowed = fault switch
        {
            Fault.HalfRead or Fault.Gone => Math.Max(0, after - _passed),
            Fault.Slow => SlowSize,
            _ => long.MaxValue,
        };
        int read = inner.Read(buffer[..(int)Math.Min(buffer.Length, allowed)]);
        _passed += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int allowed = fault is Fault.FullDisk or Fault.TornWrite ? (int)Math.Min(buffer.Length, Math.Max(0, after - _passed)) : buffer.Length;
        int step = fault == Fault.Slow ? SlowSize : Math.Max(1, allowed);
        for (int start = 0; start < allowed; start += step)
        {
            inner.Write(buffer.Slice(start, Math.Min(step, allowed - start)));
        }

        _passed += buffer.Length;
        if (fault == Fault.FullDisk && allowed < buffer.Length)
        {
            throw new IOException("No space left on device");
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
