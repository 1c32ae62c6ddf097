using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Freshet.Native.Memory;

/// <summary>One bit a row: which rows were changed since the marks were cleared.</summary>
/// <remarks>Several threads may <see cref="Mark(ReadOnlySpan{int})"/> at once; nothing else may run beside it.</remarks>
public sealed class RowMarks : IDisposable
{
    private const int WordBits = 32;
    private const int LineBits = 512;

    // One line a row, 16 words of 32 bits each.
    private readonly RowBlocks _lines = new(LineBits / WordBits);

    /// <summary>Rows that have a bit.</summary>
    public int Rows { get; private set; }

    /// <summary>Memory it holds.</summary>
    public long Bytes => _lines.Bytes;

    /// <summary>Rows marked.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            for (int line = 0; line < Lines; line++)
            {
                foreach (int word in Words(line))
                {
                    count += BitOperations.PopCount((uint)word);
                }
            }

            return count;
        }
    }

    private int Lines => (int)((Rows + (LineBits - 1L)) / LineBits);

    /// <summary>Gives the rows below <paramref name="rows"/> a bit, unmarked where they had none.</summary>
    public void Reserve(int rows)
    {
        int lines = Lines;
        Rows = Math.Max(Rows, rows);
        _lines.Reserve(Lines);
        for (int line = lines; line < Lines; line++)
        {
            Words(line).Clear();
        }
    }

    /// <summary>Whether a row is marked.</summary>
    public bool IsMarked(int row)
    {
        RequireRow(row);
        return (Word(row) & (1 << row)) != 0;
    }

    /// <summary>Marks a row. Not while another thread marks.</summary>
    public void Mark(int row)
    {
        RequireRow(row);
        Word(row) |= 1 << row;
    }

    /// <summary>Marks every row of <paramref name="rows"/>. Threads may mark different rows at once.</summary>
    public void Mark(ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
        {
            RequireRow(row);
            ref int word = ref Word(row);

            // Rows of other threads share the word; most rows of a batch are marked already, and cost a read.
            if ((Volatile.Read(ref word) & (1 << row)) == 0)
            {
                Interlocked.Or(ref word, 1 << row);
            }
        }
    }

    /// <summary>Writes the marked rows, ascending.</summary>
    /// <param name="destination">[≥ <see cref="Count"/>], written from its start.</param>
    /// <returns>How many were written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int CopyTo(Span<int> destination)
    {
        Requires.Room(destination.Length, Count);
        int count = 0;
        for (int line = 0; line < Lines; line++)
        {
            Span<int> words = Words(line);
            for (int word = 0; word < words.Length; word++)
            {
                for (uint left = (uint)words[word]; left != 0; left &= left - 1)
                {
                    destination[count++] = (line * LineBits) + (word * WordBits) + BitOperations.TrailingZeroCount(left);
                }
            }
        }

        return count;
    }

    /// <summary>Unmarks all.</summary>
    public void Clear()
    {
        for (int line = 0; line < Lines; line++)
        {
            Words(line).Clear();
        }
    }

    /// <summary>Becomes equal to <paramref name="other"/>.</summary>
    public void CopyFrom(RowMarks other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _lines.CopyFrom(other._lines, other.Lines);
        Rows = other.Rows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        Rows = 0;
    }

    private Span<int> Words(int line) => MemoryMarshal.Cast<float, int>(_lines.Row(line));

    private ref int Word(int row) => ref Words(row / LineBits)[row % LineBits / WordBits];

    private void RequireRow(int row)
    {
        if ((uint)row >= (uint)Rows)
        {
            ThrowOutside(row);
        }
    }

    [DoesNotReturn]
    private void ThrowOutside(int row) => throw new ArgumentOutOfRangeException(nameof(row), $"There is no row {row} among marks of {Rows} rows.");
}
