using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Freshet.Core.Checkpoints;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Scenes;
using Microsoft.Win32.SafeHandles;

namespace Freshet.Samples.Files;

/// <summary>
/// The feature vectors of a join that runs, in files: appended as they are taken, read back when sample files are written, removed when sample
/// files hold them. Memory keeps 40 bytes per row.
/// </summary>
/// <remarks>
/// Layout in docs/formats.md. A checkpoint holds how far the files reach (<see cref="Freeze"/>); a restore cuts them there. One thread appends.
/// The other methods may be called from another thread while nothing is appended. A row number is given once and stays.
/// </remarks>
public sealed class VectorFile : ISampleRows, IDisposable
{
    private const int WriteSize = 1 << 20;
    private const int ReadSize = 1 << 18;
    private readonly string _folder;
    private readonly byte[][] _tasks;
    private readonly double[] _scores;
    private readonly uint _segmentSize;
    private readonly List<VectorChunk?> _chunks = [];
    private readonly SortedDictionary<int, Segment> _segments = [];
    private readonly Queue<int> _gone = new();
    private readonly RecordBuffer _buffer = new();
    private readonly HashSet<string> _unsynced = [];
    private readonly BehaviourEvent _impression = new();
    private readonly SnapshotColumns _features;
    private readonly ImpressionColumns _impressions;
    private byte[] _window = new byte[ReadSize];
    private (int Segment, long Start, int Length) _inWindow;
    private SafeFileHandle? _reading;
    private SafeFileHandle? _writing;
    private int _segment;
    private uint _flushed;
    private (int Rows, List<(int Chunk, int Count, ulong Sum)> Chunks, int Segment, uint Flushed) _restored;

    /// <summary>No vectors yet. Call <see cref="Clear"/> or <see cref="EndRestore"/> before the first one is appended.</summary>
    /// <param name="folder">Of these vectors alone; it is made with the first one.</param>
    /// <param name="scene">Whose vectors they are.</param>
    public VectorFile(string folder, Scene scene)
        : this(folder, scene, segmentSize: 1 << 26)
    {
    }

    internal VectorFile(string folder, Scene scene, uint segmentSize)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(scene);
        _folder = folder;
        _segmentSize = segmentSize;
        _tasks = [.. scene.Behaviours.Select(behaviour => Encoding.UTF8.GetBytes(behaviour.Name))];
        _scores = new double[_tasks.Length];
        _features = new SnapshotColumns(scene.SnapshotSchema());
        _impressions = new ImpressionColumns(scene);
    }

    /// <summary>Rows appended since the start of the job.</summary>
    public int Count { get; private set; }

    /// <summary>Rows in memory: those that a sample may still need. May be read on any thread.</summary>
    public long RowsInMemory { get; private set; }

    /// <summary>Bytes of the vectors on disk. May be read on any thread.</summary>
    public long DiskBytes { get; private set; }

    /// <summary>Memory of the rows, in bytes.</summary>
    internal long MemoryBytes => _chunks.Sum(chunk => chunk?.Bytes ?? 0);

    ImpressionColumns ISampleRows.Impressions => _impressions;

    SnapshotColumns ISampleRows.Features => _features;

    /// <summary>Appends an impression with its feature vector; its row is <see cref="Count"/> before the call.</summary>
    /// <exception cref="SampleFileException">The disk is full, or the folder cannot be written.</exception>
    public void Append(BehaviourEvent impression, SnapshotColumns columns, int row)
    {
        ArgumentNullException.ThrowIfNull(impression);
        ArgumentNullException.ThrowIfNull(columns);
        _scores.AsSpan().Fill(double.NaN);
        for (int i = 0; i < impression.ScoreCount; i++)
        {
            FeatureView score = impression.Score(i);
            for (int task = 0; task < _tasks.Length; task++)
            {
                if (score.Name.SequenceEqual(_tasks[task]))
                {
                    _scores[task] = score.Number;
                }
            }
        }

        uint offset = _flushed + (uint)_buffer.Length;
        if (offset >= _segmentSize)
        {
            Flush();
            BeginSegment(_segment + 1);
            offset = 0;
        }

        _buffer.Add(impression, _scores, columns, row);
        if ((Count & (VectorChunk.Length - 1)) == 0)
        {
            _chunks.Add(new VectorChunk(256));
        }

        _chunks[^1]!.Add(new VectorRow(IdentityKey.Of(impression), XxHash3.HashToUInt64(impression.EventId), impression.At, _segment, offset));
        Count++;
        RowsInMemory++;
        SegmentOf(_segment).Add(impression.At);
        if (_buffer.Length >= WriteSize)
        {
            Flush();
        }
    }

    /// <summary>Begins a checkpoint: hands everything to the operating system. May be called by the thread that appends alone.</summary>
    /// <returns>Makes it durable and writes how far the files reach; for another thread, once.</returns>
    /// <exception cref="SampleFileException">The disk is full, or the folder cannot be written.</exception>
    public Action<CheckpointWriter> Freeze(bool everything)
    {
        Flush();
        var chunks = new List<(int, int, ulong)>();
        for (int number = 0; number < _chunks.Count; number++)
        {
            if (_chunks[number] is { } chunk)
            {
                Save(number, chunk);
                chunks.Add((number, chunk.Count, chunk.Sum));
            }
        }

        if (everything)
        {
            RemoveGone();
        }

        string[] files = [.. _unsynced];
        _unsynced.Clear();
        (int rows, int segment, uint flushed) = (Count, _segment, _flushed);
        return writer =>
        {
            foreach (string file in files)
            {
                Sync(file);
            }

            writer.Write(rows);
            writer.Write(segment);
            writer.Write((long)flushed);
            writer.Write(chunks.Count);
            foreach ((int number, int count, ulong sum) in chunks)
            {
                writer.Write(number);
                writer.Write(count);
                writer.Write((long)sum);
            }
        };
    }

    /// <summary>Reads what <see cref="Freeze"/> wrote; the last one counts.</summary>
    public void Restore(CheckpointReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        int rows = reader.ReadInt32(), segment = reader.ReadInt32();
        long flushed = reader.ReadInt64();
        var chunks = new List<(int, int, ulong)>();
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            chunks.Add((reader.ReadInt32(), reader.ReadInt32(), (ulong)reader.ReadInt64()));
        }

        _restored = (rows, chunks, segment, (uint)flushed);
    }

    /// <summary>Brings the files to the checkpoint that was read: what was appended later is cut off.</summary>
    /// <exception cref="CheckpointException">A file that the checkpoint needs is missing or damaged.</exception>
    public void EndRestore()
    {
        Count = _restored.Rows;
        _segment = _restored.Segment;
        _flushed = _restored.Flushed;
        Do("cut", _folder, () =>
        {
            foreach ((int number, int count, ulong sum) in _restored.Chunks)
            {
                Restore(number, count, sum);
            }

            RemoveLater();
            foreach (int number in SegmentsOnDisk())
            {
                SegmentOf(number).Size = (uint)new FileInfo(SegmentPath(number)).Length;
                DiskBytes += SegmentOf(number).Size;
            }
        });
        foreach (VectorChunk chunk in _chunks.OfType<VectorChunk>())
        {
            RowsInMemory += chunk.Count;
            for (int place = 0; place < chunk.Count; place++)
            {
                ref readonly VectorRow row = ref chunk[place];
                if (_segments.TryGetValue(row.Segment, out Segment? segment)) // otherwise sample files hold all of it
                {
                    if (row.Offset >= segment.Size)
                    {
                        throw Torn(SegmentPath(row.Segment), $"has {segment.Size} bytes, and the checkpoint counts on a feature vector at byte {row.Offset}");
                    }

                    segment.Add(row.ShownAt);
                }
            }
        }
    }

    /// <summary>
    /// Removes the segments that sample files hold in full, and what is over: no sample of the join needs it again. Rows in memory go with the second
    /// full checkpoint from now, because an older one still counts on their files.
    /// </summary>
    /// <param name="isOver">Whether all that was shown at a time, ms since the epoch, is over; true for all earlier times too.</param>
    /// <exception cref="SampleFileException">A file cannot be removed.</exception>
    public void Forget(Func<long, bool> isOver)
    {
        ArgumentNullException.ThrowIfNull(isOver);
        int[] done = [.. _segments.Where(entry => entry.Key < _segment && (entry.Value.Unwritten == 0 || isOver(entry.Value.Newest))).Select(entry => entry.Key)];
        foreach (int number in done)
        {
            Do("removed", SegmentPath(number), () => File.Delete(SegmentPath(number)));
            DiskBytes -= _segments[number].Size;
            _ = _segments.Remove(number);
        }

        for (int number = 0; number < _chunks.Count - 1; number++)
        {
            if (_chunks[number] is { } chunk && isOver(chunk.Newest))
            {
                RowsInMemory -= chunk.Count;
                _chunks[number] = null;
                _gone.Enqueue(number);
            }
        }
    }

    /// <summary>Removes all files.</summary>
    /// <exception cref="SampleFileException">They cannot be removed.</exception>
    public void Clear()
    {
        Close();
        _chunks.Clear();
        _segments.Clear();
        _unsynced.Clear();
        _gone.Clear();
        _buffer.Clear();
        (Count, RowsInMemory, DiskBytes, _segment, _flushed) = (0, 0, 0, 0, 0);
        Do("removed", _folder, () =>
        {
            if (Directory.Exists(_folder))
            {
                Directory.Delete(_folder, recursive: true);
            }
        });
    }

    /// <summary>Closes the files; they stay.</summary>
    public void Dispose() => Close();

    SnapshotKey ISampleRows.KeyOf(int row)
    {
        ref readonly VectorRow found = ref Find(row);
        return new SnapshotKey(found.Identity, found.Impression);
    }

    long ISampleRows.ShownAt(int row) => Find(row).ShownAt;

    bool ISampleRows.IsWritten(int row) => _chunks[row >> VectorChunk.Bits]!.IsWritten(row & (VectorChunk.Length - 1));

    void ISampleRows.MarkWritten(List<int> rows)
    {
        foreach (int row in rows)
        {
            VectorChunk chunk = _chunks[row >> VectorChunk.Bits]!;
            int place = row & (VectorChunk.Length - 1);
            if (chunk.MarkWritten(place) && _segments.TryGetValue(chunk[place].Segment, out Segment? segment))
            {
                segment.Unwritten--;
            }
        }
    }

    int[] ISampleRows.Load(int[] rows)
    {
        Flush();
        _features.Clear();
        _impressions.Clear();
        int[] inOrder = [.. rows], places = new int[rows.Length];
        int[] asked = [.. Enumerable.Range(0, rows.Length)];
        Array.Sort(inOrder, asked); // as they lie in the files
        _inWindow = default;
        try
        {
            for (int i = 0; i < inOrder.Length; i++)
            {
                ref readonly VectorRow row = ref Find(inOrder[i]);
                RecordBuffer.Read(ReadContent(row), _impression, _tasks, _features);
                _impression.At = row.ShownAt;
                _impressions.Add(_impression);
                places[asked[i]] = i;
            }
        }
        finally
        {
            _reading?.Dispose();
            _reading = null;
        }

        return places;
    }

    private ref readonly VectorRow Find(int row) => ref _chunks[row >> VectorChunk.Bits]![row & (VectorChunk.Length - 1)];

    private ReadOnlySpan<byte> ReadContent(in VectorRow row)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(ReadAt(row, RecordBuffer.HeaderSize));
        if (length >= 0 && row.Offset + (long)length + RecordBuffer.HeaderSize <= SegmentOf(row.Segment).Size)
        {
            ReadOnlySpan<byte> record = ReadAt(row, RecordBuffer.HeaderSize + length), content = record[RecordBuffer.HeaderSize..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(record[sizeof(int)..]) == RecordBuffer.Sum(content))
            {
                return content;
            }
        }

        throw Damaged(SegmentPath(row.Segment), $"has no whole feature vector at byte {row.Offset}");
    }

    /// <summary>The first <paramref name="length"/> bytes of a record, through a window that moves with the records.</summary>
    private ReadOnlySpan<byte> ReadAt(in VectorRow row, int length)
    {
        long at = row.Offset - _inWindow.Start;
        if (_reading is null || _inWindow.Segment != row.Segment || at < 0 || at + length > _inWindow.Length)
        {
            MoveWindow(row.Segment, row.Offset, length);
            at = 0;
        }

        return _inWindow.Length >= at + length
            ? _window.AsSpan((int)at, length)
            : throw Damaged(SegmentPath(row.Segment), $"ends before the feature vector at byte {row.Offset}");
    }

    private void MoveWindow(int segment, uint offset, int length)
    {
        string path = SegmentPath(segment);
        if (_window.Length < length)
        {
            _window = new byte[length];
        }

        Do("read", path, () =>
        {
            if (_reading is null || _inWindow.Segment != segment)
            {
                _reading?.Dispose();
                _reading = null;
                _reading = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            }

            int read = RandomAccess.Read(_reading, _window, offset);
            for (int more = read; more > 0 && read < length; read += more)
            {
                more = RandomAccess.Read(_reading, _window.AsSpan(read), offset + read);
            }

            _inWindow = (segment, offset, read);
        });
    }

    private void Flush()
    {
        if (_buffer.Length == 0)
        {
            return;
        }

        string path = SegmentPath(_segment);
        Do("written", path, () =>
        {
            if (_writing is null)
            {
                Directory.CreateDirectory(_folder);
                _writing = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                RandomAccess.SetLength(_writing, _flushed);
            }

            RandomAccess.Write(_writing, _buffer.Bytes, _flushed);
        });
        _ = _unsynced.Add(path);
        _flushed += (uint)_buffer.Length;
        DiskBytes += _buffer.Length;
        SegmentOf(_segment).Size = _flushed;
        _buffer.Clear();
    }

    private void BeginSegment(int number)
    {
        _writing?.Dispose();
        (_writing, _segment, _flushed) = (null, number, 0);
    }

    private Segment SegmentOf(int number)
    {
        if (!_segments.TryGetValue(number, out Segment? segment))
        {
            _segments[number] = segment = new Segment();
        }

        return segment;
    }

    /// <summary>Appends the new rows of a chunk to its file.</summary>
    private void Save(int number, VectorChunk chunk)
    {
        long at = (long)chunk.Saved * VectorChunk.RowSize;
        if (chunk.Saved == chunk.Count)
        {
            return;
        }

        string path = ChunkPath(number);
        Do("written", path, () =>
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.Write(file, chunk.TakeUnsaved(), at);
        });
        _ = _unsynced.Add(path);
    }

    private void Restore(int number, int count, ulong sum)
    {
        while (_chunks.Count <= number)
        {
            _chunks.Add(null);
        }

        var chunk = new VectorChunk(0);
        string path = ChunkPath(number);
        if (!File.Exists(path))
        {
            throw Torn(path, $"is missing, and the checkpoint counts on {count} rows of it");
        }

        using (SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            Span<byte> rows = chunk.BeginRestore(count);
            int read = 0;
            for (int more = 1; more > 0 && read < rows.Length; read += more)
            {
                more = RandomAccess.Read(file, rows[read..], read);
            }

            chunk.EndRestore();
            if (read < rows.Length || chunk.Sum != sum)
            {
                throw Torn(path, $"does not hold the {count} rows that the checkpoint counts on");
            }

            RandomAccess.SetLength(file, rows.Length);
        }

        _chunks[number] = chunk;
    }

    /// <summary>Removes what was written after the checkpoint that was restored.</summary>
    private void RemoveLater()
    {
        foreach (int number in SegmentsOnDisk().Where(number => number > _segment))
        {
            File.Delete(SegmentPath(number));
        }

        if (File.Exists(SegmentPath(_segment)))
        {
            using SafeFileHandle file = File.OpenHandle(SegmentPath(_segment), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.GetLength(file) is var length && length < _flushed)
            {
                throw Torn(SegmentPath(_segment), $"has {length} bytes, and the checkpoint counts on {_flushed}");
            }

            RandomAccess.SetLength(file, _flushed);
        }
        else if (_flushed > 0)
        {
            BeginSegment(_segment + 1); // sample files hold all of it
        }

        foreach (int number in On("*.rows"))
        {
            if (number >= _chunks.Count)
            {
                File.Delete(ChunkPath(number));
            }
            else if (_chunks[number] is null)
            {
                _gone.Enqueue(number); // an older checkpoint may count on it
            }
        }
    }

    /// <summary>Removes the files of the chunks that were gone at the full checkpoint before: those that are kept do not name them.</summary>
    private void RemoveGone()
    {
        const int Mark = -1;
        int marks = _gone.Count(number => number == Mark);
        _gone.Enqueue(Mark);
        while (marks > 1)
        {
            int number = _gone.Dequeue();
            if (number == Mark)
            {
                marks--;
                continue;
            }

            Do("removed", ChunkPath(number), () => File.Delete(ChunkPath(number)));
        }
    }

    private int[] SegmentsOnDisk() => On("*.vectors");

    /// <summary>The numbers of files of one kind; a file with another name is not of these vectors.</summary>
    private int[] On(string pattern) => !Directory.Exists(_folder) ? [] :
    [
        .. Directory.EnumerateFiles(_folder, pattern)
            .Select(path => int.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1)
            .Where(number => number >= 0),
    ];

    private string SegmentPath(int number) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{number:0000000000}.vectors"));

    private string ChunkPath(int number) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{number:0000000000}.rows"));

    private void Close()
    {
        _writing?.Dispose();
        _reading?.Dispose();
        (_writing, _reading) = (null, null);
    }

    /// <summary>Flushes a file by its name: the thread that appends may have closed it, and a segment may be gone.</summary>
    private static void Sync(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(file);
        }
        catch (FileNotFoundException)
        {
            // Sample files hold all of it.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"Vector file '{path}' cannot be flushed: {failure.Message}", failure);
        }
    }

    private static CheckpointException Torn(string path, string what) => new(
        $"'{path}' {what}. Nothing was joined. Restore the file, or remove the folder of the checkpoints together with the samples and join from the start.");

    private static SampleFileException Damaged(string path, string what) => new(
        $"Vector file '{path}' {what}. No cutoff was written from it. Restore the file, or remove the folder of the scene and join from the start.");

    private static void Do(string what, string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SampleFileException(
                $"Vector file '{path}' cannot be {what}: {failure.Message} The last checkpoint counts. Make room or grant access, then start again.", failure);
        }
    }

    /// <summary>One file of vectors.</summary>
    private sealed class Segment
    {
        public uint Size { get; set; }

        public int Unwritten { get; set; }

        public long Newest { get; private set; } = long.MinValue;

        public void Add(long shownAt)
        {
            Unwritten++;
            Newest = Math.Max(Newest, shownAt);
        }
    }
}
