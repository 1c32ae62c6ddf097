using Freshet.Scenes;

namespace Freshet.Samples.Files;

/// <summary>What the label file of one day holds.</summary>
/// <param name="Day">In the scene's zone.</param>
/// <param name="Samples">How many there are.</param>
/// <param name="Repeats">Further impressions of their identities.</param>
/// <param name="Positives">[B] samples whose label is 1, in the order of the scene's behaviours.</param>
public sealed record DayCount(DateOnly Day, long Samples, long Repeats, IReadOnlyList<long> Positives)
{
    /// <summary>Counts the days of a cutoff, ascending; features are not read.</summary>
    /// <exception cref="SampleFileException">A file of the cutoff is missing or damaged.</exception>
    public static IReadOnlyList<DayCount> Of(SampleFolder folder, Scene scene, long cutoff)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(scene);
        return [.. folder.Manifest(cutoff).Labels.Select(entry =>
        {
            using ParquetRows file = folder.Open(entry);
            return new DayCount(
                entry.Day, file.Count, file.Numbers<int>("repeats").Sum(repeats => (long)repeats),
                [.. scene.Behaviours.Select(behaviour => file.Numbers<int>($"label_{behaviour.Name}", required: false).Sum(label => (long)label))]);
        })];
    }
}
