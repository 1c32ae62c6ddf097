using System.Globalization;
using Freshet.Core.Ports;
using Freshet.Core.Versions;

namespace Freshet.Storage.Models;

/// <summary>Models on a local disk: one folder a version, with <c>manifest.json</c> and <c>model.bin</c>.</summary>
/// <remarks>
/// A version is written into a folder whose name begins with a dot, flushed to the disk, and renamed: a crash leaves at most
/// such a folder, which the next writer removes. One writer; any number of readers.
/// </remarks>
public sealed class ModelFolder : IModelStore
{
    private const int BufferSize = 1 << 16;
    private const string ManifestName = "manifest.json", BodyName = "model.bin", Unfinished = ".unfinished-";
    private readonly string _path;

    /// <summary>The models in <paramref name="path"/>, which is made where it is missing.</summary>
    /// <exception cref="ModelStoreException">The folder cannot be made.</exception>
    public ModelFolder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
        Guard("opened", path, () =>
        {
            _ = Directory.CreateDirectory(path);
            foreach (string left in Directory.EnumerateDirectories(path, Unfinished + "*"))
            {
                Directory.Delete(left, recursive: true);
            }

            return 0;
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<ModelVersion> List() => Guard("listed", _path, () => Directory.EnumerateDirectories(_path)
        .Select(folder => TryParse(Path.GetFileName(folder)))
        .OfType<ModelVersion>()
        .Order()
        .ToArray());

    /// <inheritdoc/>
    public void Write(ModelVersion version, Action<Stream> body, Func<byte[]> manifest)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(manifest);
        string unfinished = Path.Combine(_path, Unfinished + version);
        try
        {
            _ = Directory.CreateDirectory(unfinished);
            WriteFile(Path.Combine(unfinished, BodyName), body);
            WriteFile(Path.Combine(unfinished, ManifestName), file => file.Write(manifest()));
            Directory.Move(unfinished, Folder(version));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            RemoveUnfinished(unfinished);
            throw Unusable($"version {version} cannot be written", e);
        }
    }

    /// <inheritdoc/>
    public byte[] ReadManifest(ModelVersion version)
    {
        string path = Path.Combine(Folder(version), ManifestName);
        return Guard("read", path, () => File.ReadAllBytes(path));
    }

    /// <inheritdoc/>
    public Stream OpenBody(ModelVersion version)
    {
        string path = Path.Combine(Folder(version), BodyName);
        return Guard("read", path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize));
    }

    /// <inheritdoc/>
    public void Remove(ModelVersion version)
    {
        string folder = Folder(version);
        string leaving = Path.Combine(_path, Unfinished + version);
        _ = Guard("removed", folder, () =>
        {
            if (Directory.Exists(folder))
            {
                // Renamed first: a version is there as a whole or not at all, also while it is removed.
                Directory.Move(folder, leaving);
                Directory.Delete(leaving, recursive: true);
            }

            return 0;
        });
    }

    /// <summary>Gives back the space of a version that did not come to be; where that fails too, the next writer tries again.</summary>
    private static void RemoveUnfinished(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is told to the caller is why the version could not be written.
        }
    }

    private static void WriteFile(string path, Action<Stream> write)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize);
        write(file);
        file.Flush(flushToDisk: true);
    }

    private static ModelVersion? TryParse(string name)
    {
        string[] parts = name.Split('-');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long sequence)
            && DateTimeOffset.TryParseExact(
                parts[1], "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            ? new ModelVersion(at.ToUnixTimeMilliseconds(), sequence)
            : null;
    }

    private string Folder(ModelVersion version) => Path.Combine(_path, version.ToString());

    private T Guard<T>(string done, string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"'{path}' cannot be {done}", e);
        }
    }

    private ModelStoreException Unusable(string what, Exception cause) => new(
        $"Model folder '{_path}': {what}: {cause.Message} The versions that were there are untouched. " +
        "Check the disk's space and the folder's rights, then publish again.",
        cause);
}
