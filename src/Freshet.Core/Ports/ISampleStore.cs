using Freshet.Core.Samples;
using Freshet.Core.Snapshots;

namespace Freshet.Core.Ports;

/// <summary>Labelled samples by scene day, as the newest cutoff left them: in memory, or as files.</summary>
public interface ISampleStore
{
    /// <summary>The days that have samples, ascending.</summary>
    IReadOnlyList<DateOnly> Days { get; }

    /// <summary>Appends one day's snapshots and samples, in the order of training; nothing for a day without.</summary>
    /// <param name="day">A day of the scene.</param>
    /// <param name="features">Appended to; of the scene's schema.</param>
    /// <param name="samples">Appended to; rows point into <paramref name="features"/>.</param>
    void Read(DateOnly day, SnapshotColumns features, SampleList samples);
}
