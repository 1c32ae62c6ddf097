using Freshet.Core.Checkpoints;
using Freshet.Core.Ports;

namespace Freshet.Storage.Checkpoints;

/// <summary>Checkpoints in a folder of the local disk.</summary>
/// <remarks>
/// A file is written under another name, flushed to the disk, and renamed. <see cref="Clear"/> renames the folder before it removes it.
/// </remarks>
/// <param name="path">The folder; it is made with the first file.</param>
public sealed class CheckpointFolder(string path) : ICheckpointStore
{
    private const string Unfinished = ".unfinished";

    /// <inheritdoc/>
    public string Location => path;

    private string Gone => path + ".gone";

    /// <inheritdoc/>
    public IReadOnlyList<string> List() => Do("read", path, () =>
    {
        RemoveGone();
        return !Directory.Exists(path) ? (IReadOnlyList<string>)[] :
        [
            .. Directory.EnumerateFiles(path)
                .Select(file => Path.GetFileName(file))
                .Where(name => !name.EndsWith(Unfinished, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    });

    /// <inheritdoc/>
    public long Write(string name, Action<Stream> content)
    {
        ArgumentNullException.ThrowIfNull(content);
        string file = PathOf(name), unfinished = file + Unfinished;
        return Do("written", file, () =>
        {
            Directory.CreateDirectory(path);
            long size;
            try
            {
                using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
                {
                    content(stream);
                    stream.Flush(flushToDisk: true);
                    size = stream.Length;
                }
            }
            catch
            {
                File.Delete(unfinished); // its space may be what is missing
                throw;
            }

            File.Move(unfinished, file, overwrite: true);
            return size;
        });
    }

    /// <inheritdoc/>
    public Stream Open(string name)
    {
        string file = PathOf(name);
        return Do("read", file, () => new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan));
    }

    /// <inheritdoc/>
    public void Remove(string name)
    {
        string file = PathOf(name);
        _ = Do("removed", file, () =>
        {
            File.Delete(file);
            return 0;
        });
    }

    /// <inheritdoc/>
    public void Clear() => Do("removed", path, () =>
    {
        RemoveGone();
        if (Directory.Exists(path))
        {
            Directory.Move(path, Gone);
        }

        RemoveGone();
        return 0;
    });

    private string PathOf(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Path.Combine(path, name);
    }

    private void RemoveGone()
    {
        if (Directory.Exists(Gone))
        {
            Directory.Delete(Gone, recursive: true);
        }
    }

    private static T Do<T>(string what, string file, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"Checkpoint '{file}' cannot be {what}: {failure.Message}", failure);
        }
    }
}
