using System.Text;

namespace Freshet.Features.Keys;

/// <summary>From a UTF-8 name to its number, for the few names that a scene mentions. Filled once, then read.</summary>
internal sealed class NameMap
{
    private readonly List<byte[]> _names = [];
    private int[] _table = new int[16];

    /// <summary>Names held.</summary>
    public int Count => _names.Count;

    /// <summary>The number of <paramref name="name"/>, given to it now if it is new.</summary>
    public int Add(string name)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        int found = Find(utf8);
        if (found >= 0)
        {
            return found;
        }

        _names.Add(utf8);
        if (_names.Count * 2 > _table.Length)
        {
            _table = new int[_table.Length * 2];
            for (int i = 0; i < _names.Count - 1; i++)
            {
                Insert(i);
            }
        }

        Insert(_names.Count - 1);
        return _names.Count - 1;
    }

    /// <summary>The number of <paramref name="name"/>; -1 where the scene does not mention it.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        int mask = _table.Length - 1;
        for (int i = (int)KeyHash.Of(name) & mask; _table[i] != 0; i = (i + 1) & mask)
        {
            if (name.SequenceEqual(_names[_table[i] - 1]))
            {
                return _table[i] - 1;
            }
        }

        return -1;
    }

    private void Insert(int number)
    {
        int mask = _table.Length - 1;
        int i = (int)KeyHash.Of(_names[number]) & mask;
        while (_table[i] != 0)
        {
            i = (i + 1) & mask;
        }

        _table[i] = number + 1;
    }
}
