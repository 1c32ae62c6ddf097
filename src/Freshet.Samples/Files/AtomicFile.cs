namespace Freshet.Samples.Files;

/// <summary>Files that become visible whole or not at all: written beside, flushed to the disk, renamed.</summary>
internal static class AtomicFile
{
    /// <exception cref="SampleFileException">The disk is full, or the folder cannot be written; no file is left behind.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        byte[] bytes = content.ToArray();
        Write(path, stream => stream.Write(bytes));
    }

    /// <exception cref="SampleFileException">The disk is full, or the folder cannot be written; no file is left behind.</exception>
    public static void Write(string path, Action<Stream> content)
    {
        string unfinished = path + ".unfinished";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                content(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            TryDelete(unfinished);
            throw new SampleFileException(
                $"Sample file '{path}' cannot be written: {failure.Message} The folder still holds the cutoffs it had. " +
                "Make room or grant access, then commit again.", failure);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The name says that it is unfinished: no reader takes it, the next commit overwrites it.
        }
    }
}
