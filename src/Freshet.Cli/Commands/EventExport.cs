using Freshet.Core.Events;
using Freshet.Storage.EventLog;

namespace Freshet.Cli.Commands;

/// <summary>Where a run writes its events: a file, an event log, both, or nowhere. Each appears whole or not at all.</summary>
internal sealed class EventExport : IEventSink, IDisposable
{
    private readonly NdjsonEventSink? _file;
    private readonly EventLogExport? _log;

    public EventExport(FileInfo? file, DirectoryInfo? log)
    {
        _log = log is null ? null : new EventLogExport(log.FullName, new EventLogOptions());
        try
        {
            _file = file is null ? null : new NdjsonEventSink(file.FullName);
        }
        catch
        {
            _log?.Dispose();
            throw;
        }
    }

    /// <summary>Null where nothing was asked for.</summary>
    public IEventSink? Sink => _file is null && _log is null ? null : this;

    public void Write(BehaviourEvent source)
    {
        _file?.Write(source);
        _log?.Write(source);
    }

    public void Complete()
    {
        _file?.Complete();
        _log?.Complete();
    }

    public void Dispose()
    {
        _file?.Dispose();
        _log?.Dispose();
    }
}
