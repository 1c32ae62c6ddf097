using Freshet.Core.Snapshots;

namespace Freshet.Tests.Models.Reference;

/// <summary>One sample as it was generated.</summary>
internal sealed record ReferenceSample
{
    /// <summary>[slots] ids.</summary>
    public required ulong[][] Bags { get; init; }

    /// <summary>[M].</summary>
    public required float[] Dense { get; init; }

    /// <summary>Items and the index of their behaviour in the scene, most recent first.</summary>
    public required (ulong Item, int Behaviour)[] History { get; init; }

    /// <summary>Id of (surface, position); 0 = none.</summary>
    public ulong Position { get; init; }

    /// <summary>[T].</summary>
    public required int[] Labels { get; init; }

    /// <summary>[T].</summary>
    public required float[] Weights { get; init; }

    /// <summary>[R], NaN = none.</summary>
    public required float[] Targets { get; init; }

    /// <summary>What the auxiliary loss chooses from: the negatives; none where the sample is given none.</summary>
    public ulong[] Negatives { get; init; } = [];

    /// <summary>Samples of one request share their user's side, and its negatives.</summary>
    public int Request { get; init; }

    /// <summary>Appends the sample's snapshot.</summary>
    public void AddTo(SnapshotColumns columns)
    {
        Dense.CopyTo(columns.BeginRow());
        foreach (ulong[] bag in Bags)
        {
            Array.ForEach(bag, columns.AddId);
            columns.EndSlot();
        }

        foreach ((ulong item, int behaviour) in History)
        {
            columns.AddHistory(item, (byte)behaviour, 0);
        }

        columns.EndRow(Position, Position);
    }
}
