using Freshet.Core;

namespace Freshet.Features.Plans;

/// <summary>How the bag of one slot comes about. One of Selector, Cross and Number says where values come from.</summary>
internal sealed class SlotPlan
{
    /// <summary>Ids of the slot's table.</summary>
    public required FeatureHash Hash { get; init; }

    /// <summary>Number of the event's feature that wins over all else.</summary>
    public required int Name { get; init; }

    /// <summary>Number of the selector; -1 = none.</summary>
    public int Selector { get; init; } = -1;

    /// <summary>Indices of the crossed slots, 2 or 3; empty = no cross.</summary>
    public int[] Cross { get; init; } = [];

    /// <summary>The number that is cut; null = none.</summary>
    public NumberPlan? Number { get; init; }

    /// <summary>Where it is cut, ascending.</summary>
    public double[] Boundaries { get; init; } = [];

    /// <summary>[boundaries + 1] the id of every bucket.</summary>
    public ulong[] BucketIds { get; init; } = [];

    /// <summary>UTF-8 of the character that splits texts; empty = no splitting.</summary>
    public byte[] Split { get; init; } = [];

    /// <summary>The id of the bucket of <paramref name="number"/>: the count of boundaries &lt;= number.</summary>
    public ulong Bucket(double number)
    {
        int bucket = 0;
        while (bucket < Boundaries.Length && Boundaries[bucket] <= number)
        {
            bucket++;
        }

        return BucketIds[bucket];
    }
}
