using System.IO.Compression;
using System.Text;

namespace Freshet.Tests.Datasets;

/// <summary>A folder of small files that is removed with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("freshet-datasets-").FullName;

    public TemporaryFolder With(string name, string text)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        using Stream file = File.Create(path);
        using Stream stream = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(Encoding.UTF8.GetBytes(text));
        return this;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
