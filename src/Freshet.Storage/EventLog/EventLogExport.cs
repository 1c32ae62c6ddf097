using Freshet.Core.Events;
using Freshet.Core.Ports;

namespace Freshet.Storage.EventLog;

/// <summary>Makes an event log of a stream of events; its folder becomes visible whole or not at all.</summary>
/// <remarks>Until <see cref="Complete"/> the log lies in <c>FOLDER.partial</c> beside it. Not thread-safe.</remarks>
public sealed class EventLogExport : IEventSink, IDisposable
{
    private readonly string _folder;
    private readonly string _partial;
    private readonly FasterEventLog _log;
    private readonly EventLogSink _sink;
    private bool _isClosed;

    /// <summary>Begins the log.</summary>
    /// <param name="folder">Where it will be: a folder that is missing or empty.</param>
    /// <param name="options">Its partitions and sizes.</param>
    /// <exception cref="EventLogException">The folder holds something, or cannot be made.</exception>
    public EventLogExport(string folder, EventLogOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _partial = _folder + ".partial";
        if (File.Exists(_folder) || (Directory.Exists(_folder) && Directory.EnumerateFileSystemEntries(_folder).Any()))
        {
            string what = FasterEventLog.IsLog(_folder) ? "an event log" : "something else";
            throw new EventLogException(
                $"Event log '{_folder}' cannot be made: {what} is there already. Nothing was changed. Name a folder that is missing or empty.");
        }

        try
        {
            RemovePartial();
            _log = FasterEventLog.Open(_partial, options);
        }
        catch (Exception error) when (error is (IOException or UnauthorizedAccessException) and not EventLogException)
        {
            throw Failed(error);
        }

        _sink = new EventLogSink(_log);
    }

    /// <summary>Events written.</summary>
    public long Count => _sink.Count;

    /// <inheritdoc/>
    /// <exception cref="EventLogException">The disk refuses, or the event is longer than a payload can be; the folder will not appear.</exception>
    /// <exception cref="ArgumentException">The event has a number that JSON cannot hold.</exception>
    public void Write(BehaviourEvent source)
    {
        try
        {
            _sink.Write(source);
        }
        catch (EventLogException error)
        {
            throw Failed(error);
        }
    }

    /// <summary>Makes all that was written durable and gives the folder its name.</summary>
    /// <exception cref="EventLogException">The disk refuses; the folder does not appear.</exception>
    public void Complete()
    {
        try
        {
            _sink.Commit();
            Close();
            if (Directory.Exists(_folder))
            {
                Directory.Delete(_folder); // empty, as the constructor has seen; otherwise this refuses
            }

            Directory.Move(_partial, _folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(error);
        }
    }

    /// <summary>Closes; without <see cref="Complete"/> nothing remains.</summary>
    public void Dispose()
    {
        Close();
        RemovePartial();
    }

    private void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _log.Dispose();
        }
    }

    /// <summary>Removes what an export left that was killed; a folder of that name that is not a log stays, and the log refuses it.</summary>
    private void RemovePartial()
    {
        if (FasterEventLog.IsLog(_partial))
        {
            Directory.Delete(_partial, recursive: true);
        }
        else if (Directory.Exists(_partial) && Directory.EnumerateFileSystemEntries(_partial).Any(entry => Path.GetFileName(entry) != FasterEventLog.LockName))
        {
            throw new EventLogException(
                $"Event log '{_folder}' cannot be made: '{_partial}', where it is written first, holds something else. Nothing was changed. " +
                "Move that aside, or name another folder.");
        }
    }

    private EventLogException Failed(Exception error) => new(
        $"Event log '{_folder}' cannot be written: {error.Message} No such folder was left. Free space or choose another folder.", error);
}
