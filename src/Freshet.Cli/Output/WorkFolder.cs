namespace Freshet.Cli.Output;

/// <summary>Where a run keeps its models: the folder that was asked for, or a temporary one that goes with the run.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly bool _isTemporary;

    public WorkFolder(DirectoryInfo? asked)
    {
        _isTemporary = asked is null;
        Path = asked?.FullName ?? Directory.CreateTempSubdirectory("freshet-").FullName;
    }

    public string Path { get; }

    public string Models => System.IO.Path.Combine(Path, "models");

    public void Dispose()
    {
        if (_isTemporary)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
