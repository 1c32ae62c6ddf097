using System.IO.Hashing;

namespace Freshet.Samples.Files;

/// <summary>Writes to another stream and sums what goes by. A write ends before it returns, also one that is asked for asynchronously.</summary>
/// <param name="destination">Not disposed of here.</param>
internal sealed class SummedStream(Stream destination) : Stream
{
    private readonly XxHash3 _sum = new();
    private long _length;

    /// <summary>XxHash3 of the bytes so far.</summary>
    public ulong Sum => _sum.GetCurrentHashAsUInt64();

    public override bool CanRead => false;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _sum.Append(buffer);
        destination.Write(buffer);
        _length += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Flush() => destination.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        Flush();
        return Task.CompletedTask;
    }

    /// <summary>To its end alone: that is where it stands.</summary>
    public override long Seek(long offset, SeekOrigin origin)
    {
        long to = origin == SeekOrigin.Begin ? offset : _length + offset;
        return to == _length ? to : throw new NotSupportedException("A file that is summed is written from its start to its end.");
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
