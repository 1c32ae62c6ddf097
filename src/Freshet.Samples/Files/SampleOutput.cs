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
    /// <returns>
    /// False where the cutoff was there already, with the same samples, or is so old that the folder has removed it (<see cref="SampleFolder.First"/>);
    /// no sample has changed.
    /// </returns>
    /// <exception cref="SampleFileException">The cutoff is there with other samples, the folder has a later one, or a file cannot be written.</exception>
    public bool TryWrite(long cutoff, SampleTable samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return TryWrite(cutoff, samples, write =>
        {
            foreach (DateOnly date in samples.Days)
            {
                write(date);
            }
        });
    }

    /// <summary>As <see cref="TryWrite(long, SampleTable)"/>, for a table that need not hold all days of the cutoff at one time.</summary>
    /// <param name="cutoff">What names them, ms since the epoch.</param>
    /// <param name="samples">A table that keeps impressions.</param>
    /// <param name="days">Called at most once. Gives each day that may have changed to what it is given, while the table holds the day.</param>
    /// <returns>False where nothing was written, as above.</returns>
    /// <exception cref="SampleFileException">The cutoff is there with other samples, the folder has a later one, or a file cannot be written.</exception>
    public bool TryWrite(long cutoff, SampleTable samples, Action<Action<DateOnly>> days)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(days);
        Folder.Sweep();
        if (Folder.First is { } first && cutoff < first)
        {
            return false;
        }

        Check(cutoff);
        if (!Folder.Cutoffs.Contains(cutoff))
        {
            Folder.Commit(cutoff, samples, days);
            return true;
        }

        days(date =>
        {
            if (!Folder.Holds(cutoff, samples, date))
            {
                throw new SampleFileException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Folder '{_root}' has cutoff {cutoff} of scene '{_scene.Name}' with other samples of {date:yyyy-MM-dd} than this join, which has {samples.Day(date).Length:N0}. The folder is as it was. Join these events into another folder."));
            }
        });
        return false;
    }

    /// <summary>Refuses a cutoff that is not in the folder and can no longer be written.</summary>
    /// <exception cref="SampleFileException">The folder has a later cutoff, and not this one.</exception>
    public void Check(long cutoff)
    {
        if (Folder.Cutoffs is [.., long newest] && cutoff < newest && !Folder.Cutoffs.Contains(cutoff))
        {
            throw new SampleFileException(string.Create(
                CultureInfo.InvariantCulture,
                $"Folder '{_root}' has cutoff {newest} of scene '{_scene.Name}', which is later than {cutoff}, this join's. The folder is as it was. Join into another folder, or at a later cutoff."));
        }
    }
}
