namespace Freshet.Samples.Running;

/// <summary>What the feature side of a join adds to a checkpoint.</summary>
/// <param name="State">State of the feature stage, whole.</param>
/// <param name="Snapshots">Rows that the sample table got since the checkpoint before.</param>
/// <param name="Samples">Samples of <c>window</c> and <c>immediate</c> mode that it got.</param>
internal sealed record SavedFeatures(ReadOnlyMemory<byte> State, ReadOnlyMemory<byte> Snapshots, ReadOnlyMemory<byte> Samples)
{
    /// <summary>Of a join without features.</summary>
    public static Task<SavedFeatures> None { get; } = Task.FromResult(new SavedFeatures(default, default, default));
}
