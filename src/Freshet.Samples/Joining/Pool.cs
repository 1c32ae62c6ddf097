namespace Freshet.Samples.Joining;

/// <summary>Structs in one growing array, named by index; freed places are used again.</summary>
internal sealed class Pool<T>
    where T : struct
{
    private readonly Stack<int> _free = new();
    private T[] _items = new T[256];
    private int _count;

    /// <summary>The struct at <paramref name="index"/>; the reference is good until the next <see cref="Take"/>.</summary>
    public ref T this[int index] => ref _items[index];

    /// <summary>A place whose content is whatever was there before.</summary>
    public int Take()
    {
        if (_free.TryPop(out int index))
        {
            return index;
        }

        if (_count == _items.Length)
        {
            Array.Resize(ref _items, _count * 2);
        }

        return _count++;
    }

    public void Give(int index) => _free.Push(index);
}
