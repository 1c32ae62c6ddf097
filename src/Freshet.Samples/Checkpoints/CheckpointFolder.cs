using System.Diagnostics;
using System.IO.Hashing;
using System.Text;
using Freshet.Samples.Joining;
using Freshet.Samples.Running;
using Freshet.Scenes;

namespace Freshet.Samples.Checkpoints;

/// <summary>
/// Checkpoints of a join in a folder: now and then a base with all of the state, between them what changed (docs/formats.md). Written by
/// a thread of its own while the join goes on; a file becomes visible whole or not at all.
/// </summary>
/// <remarks>One join, one thread. Two chains are kept, so that a damaged file costs the way from the checkpoint before it.</remarks>
public sealed class CheckpointFolder
{
    private const long Magic = 0x5043_4A54_4853_5246; // "FRSHTJCP"
    private const int Format = 1;
    private readonly string _path;
    private readonly Scene _scene;
    private readonly ulong _fingerprint;
    private readonly Action<string>? _warn;
    private CheckpointName _last;
    private long _baseSize;
    private long _deltaSize;
    private bool _nextIsBase = true;
    private Task? _writing;

    /// <summary>Opens or begins the folder.</summary>
    /// <param name="path">The folder; it is made with the first checkpoint.</param>
    /// <param name="scene">The scene whose events are joined.</param>
    /// <param name="warn">Told when a checkpoint cannot be used and an older one is; null for nobody.</param>
    public CheckpointFolder(string path, Scene scene, Action<string>? warn = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(scene);
        _path = path;
        _scene = scene;
        _warn = warn;
        _fingerprint = FingerprintOf(scene);
    }

    /// <summary>The folder.</summary>
    public string Location => _path;

    /// <summary>Whether the last checkpoint is still being written.</summary>
    public bool IsWriting => _writing is { IsCompleted: false };

    /// <summary>How long the last checkpoint held the stream.</summary>
    public TimeSpan LastHold { get; private set; }

    /// <summary>The longest that a checkpoint held the stream.</summary>
    public TimeSpan LongestHold { get; private set; }

    /// <summary>Checkpoints begun.</summary>
    public int Count { get; private set; }

    /// <summary>How long the last checkpoint took to be written, beside the stream.</summary>
    public TimeSpan LastWrite { get; private set; }

    /// <summary>Bytes of the last checkpoint that was written.</summary>
    public long LastSize { get; private set; }

    /// <summary>Whether the last checkpoint was a base.</summary>
    public bool LastIsBase => _last.Sequence == _last.Base;

    /// <summary>Begins a checkpoint and returns; the joiner may go on at once.</summary>
    /// <param name="joiner">The state; always the same joiner, or the one that was restored.</param>
    /// <param name="head">Positions of input and output that belong to the state.</param>
    /// <param name="features">What the features add; it may come while the joiner goes on. Its rows are kept as long as there are checkpoints.</param>
    /// <param name="start">When the stream began to wait for this checkpoint, as <see cref="Stopwatch.GetTimestamp"/> says; null: now.</param>
    /// <exception cref="CheckpointException">The checkpoint before could not be written; the one before that counts.</exception>
    internal void Begin(Joiner joiner, byte[] head, Task<SavedFeatures> features, long? start = null)
    {
        start ??= Stopwatch.GetTimestamp();
        Wait();
        bool isBase = _nextIsBase || _deltaSize > _baseSize;
        long sequence = _last.Sequence + 1;
        var name = new CheckpointName(sequence, isBase ? sequence : _last.Base);
        JoinFreeze freeze = joiner.Freeze(isBase);
        _nextIsBase = true; // until it is written: what is lost in a failed one is in no other
        _writing = Task.Run(() => Write(name, freeze, head, features));
        LastHold = Stopwatch.GetElapsedTime(start.Value);
        LongestHold = LastHold > LongestHold ? LastHold : LongestHold;
        Count++;
    }

    /// <summary>Waits until the last checkpoint is written.</summary>
    /// <exception cref="CheckpointException">It could not be written.</exception>
    public void Wait()
    {
        Task? writing = _writing;
        _writing = null;
        writing?.GetAwaiter().GetResult();
    }

    /// <summary>Removes all checkpoints: what they were for is done.</summary>
    /// <exception cref="CheckpointException">They cannot be removed.</exception>
    internal void Clear()
    {
        Wait();
        (_last, _baseSize, _deltaSize, _nextIsBase) = (default, 0, 0, true);
        try
        {
            if (Directory.Exists(_path))
            {
                Directory.Move(_path, Gone); // at once: a kill leaves all of them or none
            }

            RemoveGone();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(
                $"The checkpoints in '{_path}' cannot be removed: {failure.Message} The samples are complete. Remove the folder.", failure);
        }
    }

    /// <summary>Brings back the newest checkpoint that is whole; null where there is none.</summary>
    /// <exception cref="CheckpointException">There are checkpoints, and none of them can be used.</exception>
    internal RestoredJoin? Restore()
    {
        RemoveGone();
        List<CheckpointName> names = Directory.Exists(_path) ? CheckpointName.In(_path) : [];
        while (names.Count > 0)
        {
            List<CheckpointName> chain = ChainTo(names[^1], names);
            if (chain.Count > 0 && TryRestore(chain, out RestoredJoin? restored))
            {
                _last = chain[^1];
                _baseSize = SizeOf(chain[0]);
                _deltaSize = chain.Skip(1).Sum(SizeOf);
                _nextIsBase = false;
                return restored;
            }

            names.RemoveAt(names.Count - 1);
            if (names.Count == 0)
            {
                throw new CheckpointException(
                    $"None of the checkpoints in '{_path}' can be used; nothing was changed. Restore the folder, or remove it together with the " +
                    "sample files and join from the start.");
            }
        }

        return null;
    }

    /// <summary>The base of a checkpoint and all between, if they are there.</summary>
    private static List<CheckpointName> ChainTo(CheckpointName last, List<CheckpointName> names)
    {
        List<CheckpointName> chain = names.FindAll(name => name.Base == last.Base && name.Sequence <= last.Sequence);
        return chain.Count == last.Sequence - last.Base + 1 ? chain : [];
    }

    private string Gone => _path + ".gone";

    private void RemoveGone()
    {
        if (Directory.Exists(Gone))
        {
            Directory.Delete(Gone, recursive: true);
        }
    }

    private bool TryRestore(List<CheckpointName> chain, out RestoredJoin? restored)
    {
        restored = null;
        var joiner = new Joiner(_scene);
        byte[] head = [], features = [];
        var rows = new List<byte[]>();
        try
        {
            foreach (CheckpointName name in chain)
            {
                (head, features) = Read(name, joiner);
            }

            for (long sequence = 1; sequence <= chain[^1].Sequence; sequence++)
            {
                rows.AddRange(ReadRows(sequence));
            }
        }
        catch (Exception failure) when (failure is CheckpointException { IsFatal: false } or IOException or UnauthorizedAccessException)
        {
            _warn?.Invoke($"Checkpoint {chain[^1].Sequence} cannot be used: {failure.Message} The one before it is taken; what came after is joined again.");
            return false;
        }

        joiner.EndRestore();
        restored = new RestoredJoin(joiner, head, features, rows);
        return true;
    }

    private (byte[] Head, byte[] Features) Read(CheckpointName name, Joiner joiner)
    {
        string path = Path.Combine(_path, name.FileName);
        using FileStream file = OpenRead(path);
        using var reader = new CheckpointReader(file, path);
        ReadStart(reader, path, name.Sequence);
        byte[] head = reader.ReadBlob(), features = reader.ReadBlob();
        joiner.Restore(reader);
        reader.End();
        return (head, features);
    }

    private byte[][] ReadRows(long sequence)
    {
        string path = Path.Combine(_path, CheckpointName.RowsOf(sequence));
        using FileStream file = OpenRead(path);
        using var reader = new CheckpointReader(file, path);
        ReadStart(reader, path, sequence);
        byte[][] rows = [reader.ReadBlob(), reader.ReadBlob()];
        reader.End();
        return rows;
    }

    private void ReadStart(CheckpointReader reader, string path, long sequence)
    {
        reader.Expect(reader.ReadInt64() == Magic, "the first bytes of a checkpoint");
        int format = reader.ReadInt32();
        if (format != Format)
        {
            throw new CheckpointException(
                $"Checkpoint '{path}' has format version {format}; this program reads version {Format}. Nothing was changed. Use the program that wrote it, or " +
                "remove the folder together with the sample files and join from the start.")
            {
                IsFatal = true,
            };
        }

        reader.Expect(reader.ReadInt64() == sequence, "the number that its name says");
        if ((ulong)reader.ReadInt64() is var fingerprint && fingerprint != _fingerprint)
        {
            throw new CheckpointException(
                $"Checkpoint '{path}' is of a scene with other behaviours or attribution (fingerprint {fingerprint:x16}, the scene has {_fingerprint:x16}). " +
                "Nothing was changed. Take the scene it was made with, or join into another folder.")
            {
                IsFatal = true,
            };
        }
    }

    private async Task Write(CheckpointName name, JoinFreeze freeze, byte[] head, Task<SavedFeatures> features)
    {
        long start = Stopwatch.GetTimestamp();
        SavedFeatures saved = await features;
        try
        {
            Directory.CreateDirectory(_path);
            WriteFile(name.RowsName, name.Sequence, writer =>
            {
                writer.WriteBlob(saved.Snapshots.Span);
                writer.WriteBlob(saved.Samples.Span);
            });
            long size = WriteFile(name.FileName, name.Sequence, writer =>
            {
                writer.WriteBlob(head);
                writer.WriteBlob(saved.State.Span);
                freeze.WriteTo(writer);
            });
            LastWrite = Stopwatch.GetElapsedTime(start);
            Remember(name, size);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(
                $"Checkpoint '{Path.Combine(_path, name.FileName)}' cannot be written: {failure.Message} The checkpoint before it counts. Make room or grant " +
                "access, then start again.", failure);
        }
    }

    private long WriteFile(string name, long sequence, Action<CheckpointWriter> write)
    {
        string path = Path.Combine(_path, name), unfinished = path + ".unfinished";
        long size;
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            var writer = new CheckpointWriter(file);
            writer.Write(Magic);
            writer.Write(Format);
            writer.Write(sequence);
            writer.Write((long)_fingerprint);
            write(writer);
            writer.End();
            file.Flush(flushToDisk: true);
            size = file.Length;
        }

        File.Move(unfinished, path, overwrite: true);
        return size;
    }

    /// <summary>Takes note of a written checkpoint, and removes the chains before the one before.</summary>
    private void Remember(CheckpointName name, long size)
    {
        LastSize = size;
        bool isBase = name.Sequence == name.Base;
        (_baseSize, _deltaSize) = isBase ? (size, 0) : (_baseSize, _deltaSize + size);
        long former = _last.Base;
        _last = name;
        _nextIsBase = false;
        if (!isBase)
        {
            return;
        }

        foreach (CheckpointName old in CheckpointName.In(_path))
        {
            // Newer ones are of a run that went on from here before, and whose checkpoints could not be used.
            if (old.Base < former || old.Sequence > name.Sequence)
            {
                File.Delete(Path.Combine(_path, old.FileName));
            }
        }
    }

    private long SizeOf(CheckpointName name) => new FileInfo(Path.Combine(_path, name.FileName)).Length;

    private static FileStream OpenRead(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);

    private static ulong FingerprintOf(Scene scene)
    {
        string text = string.Join('\n', (object[])
        [
            scene.Name, scene.TimeZone.Id, scene.Attribution, .. scene.Behaviours, .. scene.Regressions, .. scene.Signals,
        ]);
        return XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));
    }
}
