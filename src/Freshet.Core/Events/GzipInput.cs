using System.IO.Compression;

namespace Freshet.Core.Events;

/// <summary>
/// A gzip file with a marker member behind its end: GZipStream takes a file that was cut off for one that ended, but only
/// a whole one is followed by the marker's text.
/// </summary>
/// <remarks>
/// The marker is given in a read of its own, which GZipStream asks for only when it has handed out all that the file's
/// bytes unpack to: what comes after <see cref="Ended"/> is the marker's text, or the file was cut off.
/// </remarks>
/// <param name="file">What follows <paramref name="head"/>.</param>
/// <param name="head">The first bytes, which were read to tell what the file is.</param>
internal sealed class GzipInput(Stream file, byte[] head) : Stream
{
    private static readonly byte[] s_text = "freshet: end of gzip"u8.ToArray();
    private static readonly byte[] s_member = Zip(s_text);
    private int _headGiven;
    private int _given;

    /// <summary>Whether the file's own bytes are all unpacked.</summary>
    public bool Ended { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether what is unpacked after <see cref="Ended"/> is the marker and nothing else.</summary>
    public bool IsWhole(Stream unpacked, ReadOnlySpan<byte> first)
    {
        Span<byte> text = stackalloc byte[s_text.Length + 1];
        if (first.Length > text.Length)
        {
            return false;
        }

        first.CopyTo(text);
        int length = first.Length + unpacked.ReadAtLeast(text[first.Length..], text.Length - first.Length, throwOnEndOfStream: false);
        return text[..length].SequenceEqual(s_text);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_headGiven < head.Length && buffer.Length > 0)
        {
            int first = Math.Min(buffer.Length, head.Length - _headGiven);
            head.AsSpan(_headGiven, first).CopyTo(buffer);
            _headGiven += first;
            return first;
        }

        int read = Ended ? 0 : file.Read(buffer);
        if (read > 0)
        {
            return read;
        }

        Ended = true;
        int count = Math.Min(buffer.Length, s_member.Length - _given);
        s_member.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is written.
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private static byte[] Zip(byte[] text)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            zip.Write(text);
        }

        return zipped.ToArray();
    }
}
