using Freshet.Core.Events;

namespace Freshet.Cli.Commands;

/// <summary>
/// Keeps malformed lines beside what a command writes: in <c>PATH.unfinished</c> while it runs, under their own name when it
/// is done. A file that is there with the same content is left alone.
/// </summary>
internal sealed class MalformedAside(string path) : IDisposable
{
    private readonly string _unfinished = path + ".unfinished";
    private MalformedLineFile? _lines;

    public void Add(string file, long lineNumber, EventReadResult result, ReadOnlySpan<byte> line)
    {
        if (_lines is null)
        {
            _ = Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            _lines = new MalformedLineFile(_unfinished);
        }

        _lines.Add(file, lineNumber, result, line);
    }

    /// <summary>Gives the lines their file.</summary>
    /// <returns>Its path; null where no line was malformed.</returns>
    public string? Complete()
    {
        if (_lines is null)
        {
            return null;
        }

        _lines.Dispose();
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(_unfinished)))
        {
            File.Move(_unfinished, path, overwrite: true);
        }

        return path;
    }

    /// <summary>Removes what was not completed.</summary>
    public void Dispose()
    {
        _lines?.Dispose();
        if (File.Exists(_unfinished))
        {
            File.Delete(_unfinished);
        }
    }
}
