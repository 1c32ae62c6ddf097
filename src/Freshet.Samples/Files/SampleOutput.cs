using System.Globalization;
using Freshet.Scenes;

namespace Freshet.Samples.Files;

/// <summary>The folder that a join writes. A cutoff that is there already is never written again.</summary>
public sealed class SampleOutput
{
    private readonly Scene _scene;
    private readonly string _root;

    /// <summary>The sample files.</summary>
    public SampleFolder Folder { get; }

    /// <summary>Opens the folder of <paramref name="scene"/> under <paramref name="root"/>, for a join at <paramref name="cutoff"/>.</summary>
    /// <exception cref="SampleFileException">The newest manifest cannot be read, or the folder has a later cutoff.</exception>
    public SampleOutput(string root, Scene scene, long? cutoff)
    {
        ArgumentNullException.ThrowIfNull(scene);
        _scene = scene;
        _root = root;
        Folder = new SampleFolder(root, scene);
        if (cutoff is { } at)
        {
            Check(at);
        }
    }

    /// <summary>Writes the samples of a cutoff.</summary>
    /// <param name="cutoff">What names them, ms since the epoch.</param>
    /// <param name="samples">A table that keeps impressions.</param>
    /// <returns>False where the cutoff was there already, with the same samples; nothing has changed.</returns>
    /// <exception cref="SampleFileException">The cutoff is there with other samples, the folder has a later one, or a file cannot be written.</exception>
    public bool TryWrite(long cutoff, SampleTable samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        Check(cutoff);
        if (!Folder.Cutoffs.Contains(cutoff))
        {
            Folder.Commit(cutoff, samples);
            return true;
        }

        foreach (DateOnly date in samples.Days)
        {
            if (!AreSame(Folder.Load(cutoff, date).Find(date), samples.Find(date)!))
            {
                throw new SampleFileException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Folder '{_root}' has cutoff {cutoff} of scene '{_scene.Name}' with other samples of {date:yyyy-MM-dd} than this join, which has {samples.Day(date).Length:N0}. The folder is as it was. Join these events into another folder."));
            }
        }

        Folder.TakeAsWritten(samples);
        return false;
    }

    private static bool AreSame(SampleDay? there, SampleDay here)
    {
        if (there is null || !there.Identities.SequenceEqual(here.Identities))
        {
            return false;
        }

        for (int i = 0; i < here.Count; i++)
        {
            // Rows are places in a table, not part of a sample.
            if (there.Samples[i] with { Row = 0 } != here.Samples[i] with { Row = 0 } ||
                there.AttributedAt(i) != here.AttributedAt(i) || !there.LabelTimes(i).SequenceEqual(here.LabelTimes(i)))
            {
                return false;
            }
        }

        return true;
    }

    private void Check(long cutoff)
    {
        if (Folder.Cutoffs is [.., long newest] && cutoff < newest && !Folder.Cutoffs.Contains(cutoff))
        {
            throw new SampleFileException(string.Create(
                CultureInfo.InvariantCulture,
                $"Folder '{_root}' has cutoff {newest} of scene '{_scene.Name}', which is later than {cutoff}, this join's. The folder is as it was. Join into another folder, or at a later cutoff."));
        }
    }
}
