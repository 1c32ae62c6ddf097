using System.Numerics;
using Freshet.Native.Memory;

namespace Freshet.Embeddings;

/// <summary>What a table knows of its rows beside their weights: how often they occurred, when last, and what they are worth; each only where it is asked for.</summary>
/// <remarks>Whole numbers are stored as the bits of a float: signalling NaNs among them must not pass through float arithmetic, and do not.</remarks>
internal sealed class RowLife(EmbeddingTableOptions options) : IDisposable
{
    private readonly int _frequency = Column(options.LifeParts, RowLifeParts.Frequency);
    private readonly int _day = Column(options.LifeParts, RowLifeParts.Day);
    private readonly int _score = Column(options.LifeParts, RowLifeParts.Score);

    /// <summary>[rows × <see cref="EmbeddingTableOptions.LifeLength"/>].</summary>
    public RowBlocks Rows { get; } = new(options.LifeLength);

    /// <summary>How often a row's id occurred; 0 where it is not counted.</summary>
    public uint FrequencyOf(int row) => Get(row, _frequency);

    /// <summary>The number of the day on which a row was last seen; 0 where it is not kept.</summary>
    public int DayOf(int row) => (int)Get(row, _day);

    /// <summary>A row's score at the end of <paramref name="day"/>; 0 where it has none.</summary>
    public float ScoreOf(int row, int day) => _score < 0 ? 0 : Rows.Row(row)[_score] * Decayed(day - DayOf(row));

    /// <summary>The life of a new row.</summary>
    /// <param name="row">Its number.</param>
    /// <param name="sightings">How often its id occurred before.</param>
    /// <param name="day">Today.</param>
    public void Start(int row, long sightings, int day)
    {
        Rows.Row(row).Clear();
        Set(row, _frequency, (uint)Math.Min(sightings, uint.MaxValue));
        Set(row, _day, (uint)day);
    }

    /// <summary>Notes that a row occurred in a batch that is learnt.</summary>
    /// <param name="row">Its number.</param>
    /// <param name="occurrences">How often; 0: not at all.</param>
    /// <param name="positives">How often in a sample with a positive label.</param>
    /// <param name="day">Day of the batch's newest sample.</param>
    public void Occur(int row, uint occurrences, uint positives, int day)
    {
        if (occurrences == 0)
        {
            return;
        }

        Set(row, _frequency, (uint)Math.Min((ulong)FrequencyOf(row) + occurrences, uint.MaxValue));
        if (_score >= 0)
        {
            (float decay, float weight) = ((float)options.Eviction.Decay, (float)options.Eviction.PositiveWeight);
            Rows.Row(row)[_score] = ScoreOf(row, day) + (decay * ((weight * positives) + (occurrences - positives)));
        }

        Set(row, _day, (uint)Math.Max(DayOf(row), day));
    }

    public void Dispose() => Rows.Dispose();

    // −1 where it is not kept.
    private static int Column(RowLifeParts parts, RowLifeParts part) => parts.HasFlag(part) ? BitOperations.PopCount((uint)parts & ((uint)part - 1)) : -1;

    // By squaring: MathF.Pow may differ between C libraries, this may not.
    private float Decayed(int days)
    {
        float power = 1;
        for (float factor = 1 - (float)options.Eviction.Decay; days > 0; days >>= 1, factor *= factor)
        {
            power = (days & 1) != 0 ? power * factor : power;
        }

        return power;
    }

    private uint Get(int row, int column) => column < 0 ? 0 : BitConverter.SingleToUInt32Bits(Rows.Row(row)[column]);

    private void Set(int row, int column, uint value)
    {
        if (column >= 0)
        {
            Rows.Row(row)[column] = BitConverter.UInt32BitsToSingle(value);
        }
    }
}
