using System.Diagnostics;
using System.Globalization;
using Freshet.Core.Checkpoints;
using Freshet.Core.Ports;

namespace Freshet.Pipeline.Checkpoints;

/// <summary>
/// One checkpoint of all stages after the other: now and then a base with all of the state, between them what changed (docs/formats.md).
/// Written by a separate thread while the stream continues.
/// </summary>
/// <remarks>
/// One stream, one thread. Two chains are kept, so that a damaged file costs the way from the checkpoint before it.
/// </remarks>
public sealed class CheckpointChain
{
    private const long Magic = 0x5043_4A54_4853_5246; // "FRSHTJCP"
    private const int Format = 0; // unstable until the live process is there
    private readonly ICheckpointStore _store;
    private readonly ulong _fingerprint;
    private readonly Action<string>? _warn;
    private CheckpointName _last;
    private long _baseSize;
    private long _deltaSize;
    private bool _nextIsBase = true;
    private Task? _writing;

    /// <summary>Begins in an empty store, or after the checkpoints that are there (<see cref="TryRestore"/>).</summary>
    /// <param name="store">Holds them; of this chain alone.</param>
    /// <param name="fingerprint">Of everything that the state depends on: a checkpoint with another is refused.</param>
    /// <param name="warn">Told when a checkpoint cannot be used and an older one is; null for nobody.</param>
    public CheckpointChain(ICheckpointStore store, ulong fingerprint, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _fingerprint = fingerprint;
        _warn = warn;
    }

    /// <summary>Where they lie.</summary>
    public string Location => _store.Location;

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

    /// <summary>Begins a checkpoint and returns; the stages may change at once.</summary>
    /// <param name="stages">In the order in which they are restored; always the same.</param>
    /// <param name="everything">Whether it is to be a base; otherwise the chain decides.</param>
    /// <param name="start">When the stream began to wait for this checkpoint, as <see cref="Stopwatch.GetTimestamp"/> says; null: now.</param>
    /// <exception cref="CheckpointException">The checkpoint before could not be written; the one before that counts.</exception>
    public void Begin(IReadOnlyList<ICheckpointStage> stages, bool everything = false, long? start = null)
    {
        ArgumentNullException.ThrowIfNull(stages);
        start ??= Stopwatch.GetTimestamp();
        Wait();
        bool isBase = everything || _nextIsBase || _deltaSize > _baseSize;
        long sequence = _last.Sequence + 1;
        var name = new CheckpointName(sequence, isBase ? sequence : _last.Base);
        Action<CheckpointWriter>[] frozen = [.. stages.Select(stage => stage.Freeze(isBase))];
        _nextIsBase = true; // until it is written: what is lost in a failed one is in no other
        _writing = Task.Run(() => Write(name, frozen));
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

    /// <summary>Waits until nothing is written any more; a checkpoint that could not be written does not matter to a run that ends without it.</summary>
    public void Abandon()
    {
        ((IAsyncResult?)_writing)?.AsyncWaitHandle.WaitOne();
        _writing = null;
    }

    /// <summary>Removes all checkpoints: what they were for is done.</summary>
    /// <exception cref="CheckpointException">They cannot be removed.</exception>
    public void Clear()
    {
        Wait();
        (_last, _baseSize, _deltaSize, _nextIsBase) = (default, 0, 0, true);
        _store.Clear();
    }

    /// <summary>Brings the stages to the newest checkpoint that is whole.</summary>
    /// <returns>False where there is no checkpoint; the stages are as they were.</returns>
    /// <exception cref="CheckpointException">There are checkpoints, and none of them can be used.</exception>
    public bool TryRestore(IReadOnlyList<ICheckpointStage> stages)
    {
        ArgumentNullException.ThrowIfNull(stages);
        List<CheckpointName> names = CheckpointName.In(_store.List());
        while (names.Count > 0)
        {
            List<CheckpointName> chain = ChainTo(names[^1], names);
            if (chain.Count > 0 && TryVerify(chain))
            {
                Restore(chain, stages);
                _last = chain[^1];
                _nextIsBase = false;
                return true;
            }

            names.RemoveAt(names.Count - 1);
            if (names.Count == 0)
            {
                throw new CheckpointException(
                    $"None of the checkpoints in '{Location}' can be used; nothing was changed. Restore the folder, or remove it together with " +
                    "what was written beside it and start from the beginning.");
            }
        }

        return false;
    }

    /// <summary>The base of a checkpoint and all between, if they are there.</summary>
    private static List<CheckpointName> ChainTo(CheckpointName last, List<CheckpointName> names)
    {
        List<CheckpointName> chain = names.FindAll(name => name.Base == last.Base && name.Sequence <= last.Sequence);
        return chain.Count == last.Sequence - last.Base + 1 ? chain : [];
    }

    /// <summary>Reads a chain to its end, before anything of it is believed: stages cannot be restored twice.</summary>
    private bool TryVerify(List<CheckpointName> chain)
    {
        try
        {
            (_baseSize, _deltaSize) = (0, 0);
            foreach (CheckpointName name in chain)
            {
                using Stream file = _store.Open(name.FileName);
                using var reader = new CheckpointReader(file, PathOf(name));
                ReadStart(reader, name);
                reader.Skip();
                reader.End();
                (_baseSize, _deltaSize) = name == chain[0] ? (file.Length, 0) : (_baseSize, _deltaSize + file.Length);
            }

            return true;
        }
        catch (Exception failure) when (failure is CheckpointException { IsFatal: false } or IOException or UnauthorizedAccessException)
        {
            _warn?.Invoke(
                $"Checkpoint {chain[^1].Sequence.ToString(CultureInfo.InvariantCulture)} cannot be used: {failure.Message} The one before it is taken; what " +
                "came after is done again.");
            return false;
        }
    }

    private void Restore(List<CheckpointName> chain, IReadOnlyList<ICheckpointStage> stages)
    {
        foreach (CheckpointName name in chain)
        {
            using Stream file = _store.Open(name.FileName);
            using var reader = new CheckpointReader(file, PathOf(name));
            ReadStart(reader, name);
            foreach (ICheckpointStage stage in stages)
            {
                stage.Restore(reader);
            }

            reader.End();
        }

        foreach (ICheckpointStage stage in stages)
        {
            stage.EndRestore();
        }
    }

    private string PathOf(CheckpointName name) => $"{Location}/{name.FileName}";

    private void ReadStart(CheckpointReader reader, CheckpointName name)
    {
        reader.Expect(reader.ReadInt64() == Magic, "the first bytes of a checkpoint");
        int format = reader.ReadInt32();
        if (format != Format)
        {
            throw new CheckpointException(
                $"Checkpoint '{Location}/{name.FileName}' has format version {format}; this program reads version {Format}. Nothing was changed. Use the " +
                "program that wrote it, or remove the folder together with what was written beside it and start from the beginning.")
            {
                IsFatal = true,
            };
        }

        reader.Expect(reader.ReadInt64() == name.Sequence, "the number that its name says");
        if ((ulong)reader.ReadInt64() is var fingerprint && fingerprint != _fingerprint)
        {
            throw new CheckpointException(
                $"Checkpoint '{Location}/{name.FileName}' is of a scene with other behaviours or attribution (fingerprint {fingerprint:x16}, the scene has " +
                $"{_fingerprint:x16}). Nothing was changed. Take the scene it was made with, or another folder.")
            {
                IsFatal = true,
            };
        }
    }

    private void Write(CheckpointName name, Action<CheckpointWriter>[] frozen)
    {
        long start = Stopwatch.GetTimestamp();
        long size;
        try
        {
            size = _store.Write(name.FileName, stream =>
            {
                var writer = new CheckpointWriter(stream);
                writer.Write(Magic);
                writer.Write(Format);
                writer.Write(name.Sequence);
                writer.Write((long)_fingerprint);
                foreach (Action<CheckpointWriter> write in frozen)
                {
                    write(writer);
                }

                writer.End();
            });
        }
        catch (CheckpointException failure)
        {
            throw new CheckpointException($"{failure.Message} The checkpoint before it counts. Make room or grant access, then start again.", failure);
        }

        LastWrite = Stopwatch.GetElapsedTime(start);
        Remember(name, size);
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

        foreach (CheckpointName old in CheckpointName.In(_store.List()))
        {
            // Newer ones are of a run that continued from here before, and whose checkpoints could not be used.
            if (old.Base < former || old.Sequence > name.Sequence)
            {
                _store.Remove(old.FileName);
            }
        }
    }
}
