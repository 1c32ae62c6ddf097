namespace Freshet.Scenes;

/// <summary>
/// One sparse feature: a bag of ids in every sample. Exactly one of <see cref="Source"/>, <see cref="Cross"/> and
/// <see cref="Bucket"/> says where its values come from; an impression that brings a feature of the slot's name wins.
/// </summary>
public sealed record Slot
{
    /// <summary>Name; also the column <c>slot_NAME</c> of sample files.</summary>
    public required string Name { get; init; }

    /// <summary>Table whose rows it uses. Slots with one table share rows. Default: the slot's own name.</summary>
    public required string Table { get; init; }

    /// <summary>A categorical value, or a list of them.</summary>
    public Selector? Source { get; init; }

    /// <summary>Indices of earlier slots whose values are crossed (each combination is one id); 2 or 3.</summary>
    public IReadOnlyList<int> Cross { get; init; } = [];

    /// <summary>A number, cut into buckets.</summary>
    public BucketSource? Bucket { get; init; }

    /// <summary>Splits a text into several ids at this character. Default: no splitting.</summary>
    public char? Split { get; init; }

    /// <summary>Default: sum.</summary>
    public Pooling Pooling { get; init; }

    /// <summary>Default: none.</summary>
    public Freeze Freeze { get; init; }

    /// <summary>When an id gets a row.</summary>
    public AdmissionOptions Admission { get; init; } = new();

    /// <summary>When a row is given up; slots of one table have the same. Default: never.</summary>
    public EvictionOptions Eviction { get; init; } = new();

    /// <summary>More L1 for rare ids; slots of one table have the same. Default: none.</summary>
    public DynamicL1Options? DynamicL1 { get; init; }
}
