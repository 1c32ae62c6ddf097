using System.Runtime.InteropServices;
using Freshet.Native.Memory;

namespace Freshet.Native.Ids;

/// <summary>
/// The memory of the segments of one <see cref="IdIndex"/>: given out cleared, taken back, and used again when no reader can hold
/// it.
/// </summary>
internal sealed unsafe class IdSegments(int lines, ReaderGate gate) : IDisposable
{
    private readonly List<int> _free = [];

    // Those replaced for which the gate waits now; Replaced has those that came after.
    private readonly List<int> _awaited = [];
    private int[] _counts = new int[1];
    private byte[] _bits = new byte[1];
    private int _used;

    /// <summary>Lines of a segment.</summary>
    public int Lines { get; } = lines;

    /// <summary>Where they lie, one a row.</summary>
    public RowBlocks Memory { get; } = new(lines * sizeof(IdLine) / sizeof(float));

    public long Bytes => Memory.Bytes + (_counts.LongLength * (sizeof(int) + sizeof(byte)));

    /// <summary>Ids in a segment.</summary>
    public ref int Count(int segment) => ref _counts[segment];

    /// <summary>Leading bits of their hashes that all its ids share.</summary>
    public int Bits(int segment) => _bits[segment];

    /// <summary>An empty segment.</summary>
    public int Take(int bits)
    {
        TakeBack();
        int segment = _free.Count > 0 ? _free[^1] : Grow();
        if (_free.Count > 0)
        {
            _free.RemoveAt(_free.Count - 1);
        }

        // SAFETY: the segment is one whole row of the memory, and no reader knows of it.
        NativeMemory.Clear(Memory.Address(segment), (nuint)Lines * (nuint)sizeof(IdLine));
        _counts[segment] = 0;
        _bits[segment] = (byte)bits;
        return segment;
    }

    /// <summary>A copy of a segment of <paramref name="source"/>, which has segments of the same size.</summary>
    public int TakeCopy(IdSegments source, int original)
    {
        int segment = Take(source._bits[original]);
        source.Memory.Row(original).CopyTo(Memory.Row(segment));
        _counts[segment] = source._counts[original];
        return segment;
    }

    /// <summary>
    /// The segments that were replaced in the directory. From now on they are not written until all who may read them have left.
    /// </summary>
    public List<int> Replaced { get; } = [];

    /// <summary>Becomes equal to <paramref name="source"/>, which has segments of the same size. For a writer without readers.</summary>
    public void CopyFrom(IdSegments source)
    {
        Memory.CopyFrom(source.Memory, source._used);
        _used = source._used;
        if (_counts.Length < _used)
        {
            _counts = new int[source._counts.Length];
            _bits = new byte[source._bits.Length];
        }

        source._counts.AsSpan(0, _used).CopyTo(_counts);
        source._bits.AsSpan(0, _used).CopyTo(_bits);
        _free.Clear();
        _free.AddRange(source._free);
        _free.AddRange(source._awaited);
        _free.AddRange(source.Replaced);
        _awaited.Clear();
        Replaced.Clear();
    }

    public void Dispose() => Memory.Dispose();

    private int Grow()
    {
        Memory.Reserve(_used + 1);
        if (_used == _counts.Length)
        {
            Array.Resize(ref _counts, 2 * _counts.Length);
            Array.Resize(ref _bits, 2 * _bits.Length);
        }

        return _used++;
    }

    private void TakeBack()
    {
        if (_awaited.Count == 0 && Replaced.Count > 0)
        {
            _awaited.AddRange(Replaced);
            Replaced.Clear();
            gate.Await();
        }

        if (_awaited.Count > 0 && gate.HaveLeft())
        {
            _free.AddRange(_awaited);
            _awaited.Clear();
        }
    }
}
