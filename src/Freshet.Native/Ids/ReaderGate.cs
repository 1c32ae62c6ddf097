using System.Runtime.InteropServices;

namespace Freshet.Native.Ids;

/// <summary>
/// Tells the writer of a structure when nobody can still be reading what it has replaced. Readers neither wait nor retry: they count themselves
/// in and out.
/// </summary>
/// <remarks>
/// <para>
/// There are two counts. A reader enters through the door that is open, and adds itself to that door's count <i>before</i> it looks at the
/// structure (the increment is a full fence). So whoever holds something that was replaced at time t entered before t, through one door or
/// the other; and once <b>each of the two counts has been seen at 0 at some time after t</b>, all of them have left. The times may differ:
/// those who entered after t do not know what was replaced.
/// </para>
/// <para>
/// The writer keeps one door open while it waits for the other's count, so that it is served even if there is always some reader.
/// A reader that was held up between looking which door is open and going through it does no harm: it only goes through the closed one.
/// </para>
/// </remarks>
internal sealed class ReaderGate
{
    // Written by readers and by the writer; each count has its own cache lines.
    private Counts _counts;
    private int _open;

    // The writer's own: which doors were seen with nobody behind them since the last Await.
    private int _seen = BothDoors;

    private const int BothDoors = 3;

    /// <summary>A reader comes in. It must leave by the door returned.</summary>
    public int Enter()
    {
        int door = Volatile.Read(ref _open);
        Interlocked.Increment(ref Count(door));
        return door;
    }

    /// <summary>The reader goes, and holds nothing any more.</summary>
    public void Leave(int door) => Interlocked.Decrement(ref Count(door));

    /// <summary>The writer has replaced something, and begins to wait for those who may hold it.</summary>
    public void Await()
    {
        // The replacement must be visible before a count is read as 0.
        Interlocked.MemoryBarrier();
        _seen = 0;
    }

    /// <summary>Whether all have left who were inside when <see cref="Await"/> was called. Does not wait.</summary>
    public bool HaveLeft()
    {
        for (int door = 0; door < 2; door++)
        {
            if ((_seen & (1 << door)) == 0 && Volatile.Read(ref Count(door)) == 0)
            {
                _seen |= 1 << door;
            }
        }

        if (_seen is 1 or 2)
        {
            // Door 0 or door 1 was seen with nobody behind it: those who come now use that one, and so the other's count falls.
            Volatile.Write(ref _open, _seen - 1);
        }

        return _seen == BothDoors;
    }

    private ref int Count(int door) => ref door == 0 ? ref _counts.First : ref _counts.Second;

    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Counts
    {
        [FieldOffset(128)]
        public int First;

        [FieldOffset(256)]
        public int Second;
    }
}
