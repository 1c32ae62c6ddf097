using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Freshet.Core.Events;
using Freshet.Pipeline.Checkpoints;
using Freshet.Pipeline.Joining;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Storage.Checkpoints;

namespace Freshet.Benchmarks;

/// <summary>
/// Checkpoints with five million impressions pending: a base, what 250,000 events changed, and a restart; beside them a file of the
/// base's size written through to the disk. What each held and wrote stands on the lines that begin with "//".
/// </summary>
[MinColumn]
[MedianColumn]
[SimpleJob(RunStrategy.Monitoring, warmupCount: 1, iterationCount: 4, invocationCount: 1)]
public class CheckpointBenchmarks
{
    private const int Pending = 5_000_000;
    private readonly BehaviourEvent[] _events = new BehaviourEvent[250_000];
    private readonly PendingStream _stream = new();
    private readonly string _path = Directory.CreateTempSubdirectory("freshet-checkpoints-").FullName;
    private readonly byte[] _block = new byte[1 << 20];
    private Scene _scene = null!;
    private Joiner _joiner = null!;
    private JoinChain _folder = null!;
    private long _size;

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < _events.Length; i++)
        {
            _events[i] = new BehaviourEvent();
        }

        new Random(1).NextBytes(_block);
        _scene = PendingStream.Scene(AttributionMode.Cumulative);
        _joiner = new Joiner(_scene);
        _stream.AddImpressions(_joiner, Pending);
        _folder = new JoinChain(Path.Combine(_path, "kept"), _scene);
        _folder.Write(_joiner);
        _size = _folder.Chain.LastSize;
        Console.WriteLine(
            $"// state {_joiner.StateBytes / (double)_joiner.StateIdentities:0.0} bytes an impression in memory, {_size / (double)Pending:0.0} in a base of {_size >> 20} MiB");
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_path, recursive: true);

    [IterationSetup(Target = nameof(WhatChanged))]
    public void Change()
    {
        _stream.Write(_events);
        foreach (BehaviourEvent e in _events)
        {
            _joiner.Add(e, _joiner.WantsSnapshot(e) ? 0 : -1);
        }
    }

    [Benchmark]
    public void WhatChanged() => Tell(_folder);

    [Benchmark]
    public void Base() => Tell(new JoinChain(Path.Combine(_path, "base"), _scene));

    [Benchmark]
    public int Restart() => new JoinChain(Path.Combine(_path, "kept"), _scene).Restore().StateIdentities;

    [Benchmark]
    public void DiskWrite()
    {
        using var file = new FileStream(Path.Combine(_path, "disk"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (long written = 0; written < _size; written += _block.Length)
        {
            file.Write(_block);
        }

        file.Flush(flushToDisk: true);
    }

    /// <summary>The file of the base, from the system's cache: what is read after a kill of the process.</summary>
    [Benchmark]
    public long FileRead()
    {
        using var file = new FileStream(
            Directory.GetFiles(Path.Combine(_path, "kept"), "*.checkpoint")[0], FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        long read = 0;
        for (int length; (length = file.Read(_block)) > 0;)
        {
            read += length;
        }

        return read;
    }

    private void Tell(JoinChain folder)
    {
        long start = Stopwatch.GetTimestamp();
        folder.Write(_joiner);
        TimeSpan whole = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(
            $"// {(folder.Chain.LastIsBase ? "base" : "change")}: held {folder.Chain.LastHold.TotalMilliseconds:0.00} ms, {folder.Chain.LastSize >> 20} MiB, " +
            $"{(folder.Chain.LastSize >> 20) / whole.TotalSeconds:0} MiB/s");
    }

    /// <summary>Checkpoints of a joiner alone.</summary>
    private sealed class JoinChain(string path, Scene scene)
    {
        public CheckpointChain Chain { get; } = new(new CheckpointFolder(path), JoinStage.FingerprintOf(scene));

        public void Write(Joiner joiner)
        {
            Chain.Begin([new JoinStage(joiner)]);
            Chain.Wait();
        }

        public Joiner Restore()
        {
            var joiner = new Joiner(scene);
            _ = Chain.TryRestore([new JoinStage(joiner)]);
            return joiner;
        }
    }
}
