using System.Runtime.ExceptionServices;

namespace Freshet.Models.Threads;

/// <summary>Some threads that share the pieces of one piece of work: those of a training step, or of one request.</summary>
/// <remarks>
/// What a piece computes does not depend on who computes it, so results have the same bits for any number of threads. A team serves one caller at
/// a time; a caller that finds it busy does its work alone. Waiting threads spin for some microseconds, the length of the serial parts of
/// a step, and sleep then. Nothing is allocated in steady state.
/// </remarks>
public sealed class WorkerTeam : IDisposable
{
    private const int SpinsBeforeSleep = 200;
    private static readonly Lazy<WorkerTeam> s_shared = new(() => new WorkerTeam(
        int.TryParse(Environment.GetEnvironmentVariable("FRESHET_THREADS"), out int threads) && threads > 0 ? threads : null));

    private readonly Thread[] _threads;
    private readonly object _gate = new();
    private readonly object _turn = new();

    // Written by the caller before _generation, read by workers after it.
    private Action<int> _body = static _ => { };
    private int _count;

    // Touched by all: the next piece, the workers that have not finished, the first error.
    private int _next;
    private int _running;
    private Exception? _error;

    // Grows with every piece of work, under _gate; workers read it without.
    private volatile int _generation;
    private volatile bool _stopped;

    /// <summary>A team of <paramref name="threads"/>, the caller included.</summary>
    /// <param name="threads">1 or more; 1 does everything in the caller. Default: one a core.</param>
    public WorkerTeam(int? threads = null)
    {
        int count = threads ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(threads));
        _threads = new Thread[count - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Loop) { IsBackground = true, Name = $"Freshet worker {i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>The caller alone.</summary>
    public static WorkerTeam Alone { get; } = new(1);

    /// <summary>
    /// The team of the process: one thread a core, or as many as the environment variable <c>FRESHET_THREADS</c> says. Made at its first use; it lives as
    /// long as the process.
    /// </summary>
    public static WorkerTeam Shared => s_shared.Value;

    /// <summary>Threads, the caller included.</summary>
    public int Threads => _threads.Length + 1;

    /// <summary>Calls <paramref name="body"/> for every i in [0, <paramref name="count"/>), in any order, and waits for all.</summary>
    /// <remarks>An error of one piece is thrown here; pieces not yet begun are then left out.</remarks>
    public void Run(int count, Action<int> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (_threads.Length == 0 || count < 2 || !Monitor.TryEnter(_turn))
        {
            for (int i = 0; i < count; i++)
            {
                body(i);
            }

            return;
        }

        try
        {
            Share(count, body);
        }
        finally
        {
            Monitor.Exit(_turn);
        }
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            _generation++;
            Monitor.PulseAll(_gate);
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    private void Share(int count, Action<int> body)
    {
        ObjectDisposedException.ThrowIf(_stopped, this);
        _body = body;
        _count = count;
        _next = 0;
        _error = null;
        _running = _threads.Length;
        lock (_gate)
        {
            _generation++;
            Monitor.PulseAll(_gate);
        }

        Work();
        var spin = new SpinWait();
        while (Volatile.Read(ref _running) > 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        if (_error is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
        }
    }

    private void Work()
    {
        try
        {
            for (int i = Interlocked.Increment(ref _next) - 1; i < _count; i = Interlocked.Increment(ref _next) - 1)
            {
                _body(i);
            }
        }
#pragma warning disable CA1031 // Every error is handed to the caller, who throws it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _ = Interlocked.CompareExchange(ref _error, error, null);
            Volatile.Write(ref _next, int.MaxValue / 2);
        }
    }

    private void Loop()
    {
        int seen = 0;
        while (true)
        {
            Await(seen);
            if (_stopped)
            {
                return;
            }

            seen = _generation;
            Work();
            _ = Interlocked.Decrement(ref _running);
        }
    }

    private void Await(int seen)
    {
        for (int spins = 0; _generation == seen && spins < SpinsBeforeSleep; spins++)
        {
            Thread.SpinWait(20);
        }

        if (_generation != seen)
        {
            return;
        }

        lock (_gate)
        {
            while (_generation == seen)
            {
                Monitor.Wait(_gate);
            }
        }
    }
}
