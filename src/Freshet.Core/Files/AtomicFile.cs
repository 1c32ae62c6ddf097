namespace Freshet.Core.Files;

/// <summary>
/// A file that becomes visible whole or not at all: it is written under an unfinished name beside its own, flushed to the
/// disk, and renamed.
/// </summary>
/// <remarks>Failures are those of the file system: <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>. Not thread-safe.</remarks>
public sealed class AtomicFile : IDisposable
{
    private readonly string _unfinished;
    private readonly FileStream _stream;
    private bool _completed;

    /// <summary>Begins the file; nothing is visible at <paramref name="path"/> yet.</summary>
    /// <param name="path">Where it will be, in a folder that is there. A file of this name is replaced by <see cref="Complete"/>.</param>
    /// <param name="bufferSize">Bytes of its buffer; 0 for none.</param>
    public AtomicFile(string path, int bufferSize = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
        _unfinished = path + Suffix;
        _stream = new FileStream(_unfinished, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize);
    }

    /// <summary>What follows the name of a file that is not finished.</summary>
    public static string Suffix => ".unfinished";

    /// <summary>Where the file will be.</summary>
    public string Path { get; }

    /// <summary>Takes the content.</summary>
    public Stream Stream => _stream;

    /// <summary>Writes a whole file. Where it fails, what was there before is still there, and nothing unfinished is left.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using var file = new AtomicFile(path);
        file.Stream.Write(content);
        file.Complete();
    }

    /// <summary>Makes all that was written durable and gives the file its name.</summary>
    /// <param name="keepsEqual">Whether a file that is there with the same content is left as it is, with its time.</param>
    public void Complete(bool keepsEqual = false)
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        if (keepsEqual && IsThere())
        {
            return;
        }

        File.Move(_unfinished, Path, overwrite: true);
        _completed = true;
    }

    /// <summary>Closes it; without <see cref="Complete"/> nothing remains of it.</summary>
    public void Dispose()
    {
        if (_completed)
        {
            return;
        }

        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // The rest of its buffer has no place on the disk. The file goes anyway.
        }

        try
        {
            File.Delete(_unfinished);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The name says that it is unfinished: no reader takes it, and the next writer replaces it.
        }
    }

    private bool IsThere()
    {
        var there = new FileInfo(Path);
        return there.Exists && there.Length == new FileInfo(_unfinished).Length
            && File.ReadAllBytes(Path).AsSpan().SequenceEqual(File.ReadAllBytes(_unfinished));
    }
}
