using System.IO.Hashing;
using Freshet.Core.Checkpoints;
using Freshet.Core.Events;
using Freshet.Core.Ports;
using Freshet.Pipeline.Joining;
using Freshet.Scenes;
using Freshet.Storage.Checkpoints;
using Freshet.Storage.EventLog;
using Freshet.Tests.Samples;
using Freshet.Tests.Storage;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Faults;

/// <summary>Faults of the log and of the checkpoints, as a join meets them: started again, it leaves the files of an undisturbed one.</summary>
public sealed class JoinFaultTests : IDisposable
{
    private const int Events = 4_000, MostAttempts = 200;
    private static readonly Scene s_scene = With(Cumulative);
    private readonly TemporaryFolder _folder = new();
    private readonly FasterEventLog _log;

    public JoinFaultTests()
    {
        _log = FasterEventLog.Open(_folder.File("log"), new EventLogOptions { PartitionCount = 3, PageSize = 16 << 10, SegmentSize = 1 << 20, MemorySize = 64 << 10 });
        var sink = new EventLogSink(_log);
        using var drawn = new DrawnEvents(7, Events);
        var e = new BehaviourEvent();
        while (drawn.TryRead(e))
        {
            sink.Write(e);
        }

        sink.Commit();
    }

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_log_whose_reads_break_off_stops_the_join_with_its_place_and_a_restart_ends_it(int seed)
    {
        SortedDictionary<string, string> expected = Undisturbed();
        using var log = new FaultyEventLog(_log, seed) { Fault = Fault.HalfRead, BreaksOneIn = 20, MostPayloads = 200 };

        int attempts = RunToTheEnd("broken", log, Store("broken"), error => Assert.Contains("Read again from there.", error.Message, StringComparison.Ordinal));

        Assert.True(attempts > 1 && log.Count > 0, $"seed {seed}: {attempts} attempts, {log.Count} faults");
        Assert.Equal(expected, FilesOf("broken"));
    }

    [Theory]
    [InlineData(Fault.FullDisk, "No space left on device The checkpoint before it counts. Make room or grant access, then start again.")]
    [InlineData(Fault.Gone, "cannot be reached: Connection refused.")]
    public void A_store_that_refuses_a_checkpoint_stops_the_join_and_a_restart_with_a_better_one_ends_it(Fault fault, string message)
    {
        SortedDictionary<string, string> expected = Undisturbed();
        var store = new FaultyCheckpointStore(Store("refused"), seed: 3) { Fault = fault, WholeCalls = 7 };

        var error = Assert.Throws<CheckpointException>(() => Run("refused", _log, store));
        store.Fault = Fault.None;
        JoinRun again = Run("refused", _log, store);

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.True(again.ResumedAfter > 0, "It began at the first event.");
        Assert.Equal(expected, FilesOf("refused"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Torn_checkpoints_are_told_and_an_older_one_is_taken(int seed)
    {
        SortedDictionary<string, string> expected = Undisturbed();
        var store = new FaultyCheckpointStore(Store("torn"), seed, size: 28);
        Stop("torn", store, events => store.Fault = events >= 2_890 ? Fault.TornWrite : Fault.None);
        store.Fault = Fault.None;
        List<string> warnings = [];

        JoinRun again = Run("torn", _log, store, warnings.Add);

        Assert.True(store.Count > 0);
        Assert.NotEmpty(warnings);
        Assert.All(warnings, warning => Assert.Contains("cannot be used: ", warning, StringComparison.Ordinal));
        Assert.InRange(again.ResumedAfter, 1, 2_899);
        Assert.Equal(expected, FilesOf("torn"));
    }

    [Theory]
    [InlineData(Fault.HalfRead)]
    [InlineData(Fault.Slow)]
    public void A_restart_reads_what_it_can_and_ends_as_undisturbed(Fault fault)
    {
        SortedDictionary<string, string> expected = Undisturbed();
        var store = new FaultyCheckpointStore(Store("half"), seed: 2, size: 28);
        Stop("half", store);
        store.Fault = fault;
        Exception? error = Record.Exception(() => Run("half", _log, store));
        store.Fault = Fault.None;

        if (fault == Fault.Slow)
        {
            Assert.Null(error);
        }
        else
        {
            Assert.Contains("can be used; nothing was changed.", Assert.IsType<CheckpointException>(error).Message, StringComparison.Ordinal);
            Assert.Equal(2_900, Run("half", _log, store).ResumedAfter);
        }

        Assert.Equal(expected, FilesOf("half"));
    }

    private CheckpointFolder Store(string name) => new(_folder.File($"{name}/checkpoints"));

    private SortedDictionary<string, string> Undisturbed()
    {
        _ = Run("undisturbed", _log, Store("undisturbed"));
        return FilesOf("undisturbed");
    }

    private int RunToTheEnd(string name, IEventLog log, ICheckpointStore store, Action<EventLogException> told)
    {
        for (int attempt = 1; attempt <= MostAttempts; attempt++)
        {
            try
            {
                _ = Run(name, log, store);
                return attempt;
            }
            catch (EventLogException error)
            {
                told(error);
            }
        }

        Assert.Fail($"The join did not end in {MostAttempts} attempts.");
        return 0;
    }

    /// <summary>A join that is asked to stop after 2,900 events, and stops behind a checkpoint.</summary>
    private void Stop(string name, ICheckpointStore store, Action<long>? read = null)
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Run(
            name, _log, store,
            read: events =>
            {
                read?.Invoke(events);
                if (events == 2_900)
                {
                    stop.Cancel();
                }
            },
            cancellation: stop.Token));
    }

    private JoinRun Run(
        string name, IEventLog log, ICheckpointStore store, Action<string>? warn = null, Action<long>? read = null, CancellationToken cancellation = default)
    {
        // The clock moves a second every 64 events: a checkpoint every 384, and one behind each cutoff.
        var options = new JoinRunOptions { Every = TimeSpan.FromHours(4), CheckpointEvery = TimeSpan.FromSeconds(6), Time = new StepTime(TimeSpan.FromSeconds(1)) };
        var run = new JoinRun(s_scene, options, _folder.File($"{name}/samples"), store, warn);
        using var source = new WatchedSource(new EventLogSource(log), events =>
        {
            // A checkpoint that is due waits for the one before: how many there are is not to depend on the disk.
            SpinWait.SpinUntil(() => !run.Checkpoints.IsWriting);
            read?.Invoke(events);
        });
        try
        {
            run.Run(source, cancellation: cancellation);
        }
        catch
        {
            // The process of a join that failed would end; here the thread that writes its checkpoint has to.
            _ = Record.Exception(run.Checkpoints.Wait);
            throw;
        }

        return run;
    }

    private SortedDictionary<string, string> FilesOf(string name)
    {
        string root = _folder.File($"{name}/samples");
        return new(Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToDictionary(
            path => Path.GetRelativePath(root, path), path => Convert.ToHexString(XxHash3.Hash(File.ReadAllBytes(path)))));
    }

    /// <summary>Tells how many events were delivered, after each read.</summary>
    private sealed class WatchedSource(EventLogSource inner, Action<long> read) : IResumableSource
    {
        public long Malformed => inner.Malformed;

        public bool TryRead(BehaviourEvent destination)
        {
            bool hasEvent = inner.TryRead(destination);
            read(inner.Position.Events);
            return hasEvent;
        }

        public void SavePosition(BinaryWriter destination) => inner.SavePosition(destination);

        public void MoveTo(BinaryReader source) => inner.MoveTo(source);

        public void Dispose() => inner.Dispose();
    }
}
