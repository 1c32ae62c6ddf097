using Freshet.Scenes;

namespace Freshet.Samples.Files;

/// <summary>What the label files of one day hold.</summary>
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
        return [.. folder.Manifest(cutoff).Labels.GroupBy(entry => entry.Day).Select(day =>
        {
            long samples = 0, repeats = 0;
            long[] positives = new long[scene.Behaviours.Count];
            foreach (ManifestEntry entry in day)
            {
                using ParquetRows file = folder.Open(entry);
                samples += file.Count;
                repeats += file.Numbers<int>("repeats").Sum(count => (long)count);
                for (int i = 0; i < positives.Length; i++)
                {
                    positives[i] += file.Numbers<int>($"label_{scene.Behaviours[i].Name}", required: false).Sum(label => (long)label);
                }
            }

            return new DayCount(day.Key, samples, repeats, positives);
        })];
    }
}
