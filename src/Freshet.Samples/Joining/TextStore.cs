namespace Freshet.Samples.Joining;

/// <summary>Short texts in large blocks; a block is used again when the last of its texts is released.</summary>
/// <remarks>
/// A reference is block · 2¹⁶ + offset ÷ 4, so there is room for 8 GiB. Texts fill 6 of them: the rest is for blocks that wait for a
/// checkpoint, so that what there is room for does not depend on when one is made. At the offset lies the length (7 bits a byte, lowest
/// first, the top bit of all but the last set) and the text. State that lives and dies by day therefore allocates nothing in
/// steady state. What was written is not changed before its block is used again, which waits for a checkpoint that is being
/// written.
/// </remarks>
/// <param name="mostUsed">Blocks that may hold texts at a time, 1 to <see cref="MaxBlocks"/>.</param>
internal sealed class TextStore(int mostUsed = TextStore.MaxBlocks / 4 * 3)
{
    /// <summary>No text.</summary>
    public const int None = -1;

    /// <summary>Most blocks there may be.</summary>
    public const int MaxBlocks = 1 << (31 - UnitBits);

    /// <summary>Largest block: that of one text of the longest line.</summary>
    public const int MaxBlockSize = 1 << 25;

    private const int BlockSize = 1 << (UnitBits + 2);
    private const int UnitBits = 16;
    private const int MaxLengthSize = 5;
    private readonly List<Block> _blocks = [];
    private readonly Stack<int> _free = new();
    private readonly Stack<int> _held = new();
    private TextFreeze? _freeze;
    private int _open = None;

    /// <summary>Memory reserved, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether there is room for a text of <paramref name="length"/> bytes.</summary>
    public bool HasRoom(int length)
    {
        int size = length + MaxLengthSize;
        if (_open >= 0 && _blocks[_open].Used + size <= _blocks[_open].Text.Length)
        {
            return true;
        }

        bool mayUse = _blocks.Count - _free.Count - _held.Count < mostUsed;
        return mayUse && (_blocks.Count < MaxBlocks || (size <= BlockSize && (_free.Count > 0 || (_held.Count > 0 && !IsFrozen))));
    }

    /// <summary>Keeps a copy of <paramref name="text"/>.</summary>
    /// <exception cref="InvalidOperationException">There is no room: ask <see cref="HasRoom"/> before.</exception>
    public int Add(ReadOnlySpan<byte> text)
    {
        if (_open < 0 || _blocks[_open].Used + MaxLengthSize + text.Length > _blocks[_open].Text.Length)
        {
            Open(text.Length + MaxLengthSize);
        }

        Block block = _blocks[_open];
        int start = block.Used;
        int at = start;
        uint rest = (uint)text.Length;
        for (; rest > 0x7F; rest >>= 7)
        {
            block.Text[at++] = (byte)(rest | 0x80);
        }

        block.Text[at++] = (byte)rest;
        text.CopyTo(block.Text.AsSpan(at));
        block.Used = (at + text.Length + 3) & ~3;
        block.Live++;
        return (_open << UnitBits) | (start >> 2);
    }

    /// <summary>The text of a reference.</summary>
    public ReadOnlySpan<byte> Get(int reference)
    {
        byte[] text = _blocks[reference >> UnitBits].Text;
        int at = (reference & ((1 << UnitBits) - 1)) << 2;
        int length = 0, shift = 0;
        for (; text[at] > 0x7F; shift += 7)
        {
            length |= (text[at++] & 0x7F) << shift;
        }

        length |= text[at++] << shift;
        return text.AsSpan(at, length);
    }

    /// <summary>Gives a text back.</summary>
    public void Release(int reference)
    {
        if (reference == None)
        {
            return;
        }

        int number = reference >> UnitBits;
        if (--_blocks[number].Live == 0 && number != _open)
        {
            Recycle(number);
        }
    }

    /// <summary>Begins a checkpoint of what was added since the last one, or of everything; written by another thread.</summary>
    public TextFreeze Freeze(bool everything)
    {
        var freeze = new TextFreeze(_open);
        for (int number = 0; number < _blocks.Count; number++)
        {
            Block block = _blocks[number];
            int from = everything ? 0 : block.Saved;
            if (block.Used > from && (block.Live > 0 || number == _open))
            {
                freeze.Add(number, block.Text, from, block.Used);
            }

            block.Saved = block.Used;
        }

        return _freeze = freeze;
    }

    /// <summary>Puts back what a checkpoint holds of a block.</summary>
    public Span<byte> Restore(int number, int size, int from, int to)
    {
        while (_blocks.Count <= number)
        {
            _blocks.Add(new Block([]));
        }

        Block block = _blocks[number];
        if (block.Text.Length < size)
        {
            Bytes += size - block.Text.Length;
            byte[] grown = new byte[size];
            block.Text.CopyTo(grown, 0);
            block.Text = grown;
        }

        block.Used = to;
        block.Saved = to;
        return block.Text.AsSpan(from, to - from);
    }

    /// <summary>Says which block is open, after all are restored.</summary>
    public void RestoreOpen(int open) => _open = open;

    /// <summary>Counts a restored reference.</summary>
    public void Count(int reference)
    {
        if (reference != None)
        {
            _blocks[reference >> UnitBits].Live++;
        }
    }

    /// <summary>Finds the blocks that nothing refers to, after all references are counted.</summary>
    public void EndRestore()
    {
        for (int number = _blocks.Count - 1; number >= 0; number--)
        {
            if (_blocks[number].Live == 0 && number != _open)
            {
                Recycle(number);
            }
        }
    }

    /// <summary>Whether a checkpoint is being written.</summary>
    private bool IsFrozen => _freeze is { IsDone: false };

    private void Open(int size)
    {
        int full = _open;
        if (!IsFrozen)
        {
            while (_held.TryPop(out int held))
            {
                _free.Push(held);
            }
        }

        if (size > BlockSize || !_free.TryPop(out _open))
        {
            if (_blocks.Count == MaxBlocks)
            {
                throw new InvalidOperationException(
                    $"The texts of the join state fill their {MaxBlocks} blocks of {BlockSize} bytes. Nothing was kept. " +
                    "Ask for room before a text is added.");
            }

            _open = _blocks.Count;
            _blocks.Add(new Block(new byte[Math.Max(size, BlockSize)]));
            Bytes += _blocks[_open].Text.Length;
        }

        if (full >= 0 && _blocks[full].Live == 0)
        {
            Recycle(full);
        }
    }

    private void Recycle(int number)
    {
        Block block = _blocks[number];
        if (block.Text.Length != BlockSize)
        {
            Bytes += BlockSize - block.Text.Length;
            block.Text = new byte[BlockSize];
        }

        (block.Used, block.Saved) = (0, 0);
        _held.Push(number);
    }

    private sealed class Block(byte[] text)
    {
        public byte[] Text = text;

        /// <summary>Bytes that hold texts.</summary>
        public int Used;

        /// <summary>Bytes of them that are in checkpoints.</summary>
        public int Saved;

        /// <summary>Texts that were not released.</summary>
        public int Live;
    }
}
