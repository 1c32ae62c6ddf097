using Freshet.Core.Snapshots;

namespace Freshet.Samples.Files;

/// <summary>The rows of a sample table as sample files need them: in memory, or in a <see cref="VectorFile"/>.</summary>
internal interface ISampleRows
{
    /// <summary>Rows added.</summary>
    int Count { get; }

    /// <summary>Ids and scores of the rows that <see cref="Load"/> made readable.</summary>
    ImpressionColumns Impressions { get; }

    /// <summary>Feature vectors of the rows that <see cref="Load"/> made readable.</summary>
    SnapshotColumns Features { get; }

    /// <summary>Names the feature vector of row <paramref name="row"/> in sample files.</summary>
    SnapshotKey KeyOf(int row);

    /// <summary>Event time of the impression, ms since the epoch.</summary>
    long ShownAt(int row);

    /// <summary>Whether sample files are known to hold the row. False where that is not known.</summary>
    bool IsWritten(int row);

    /// <summary>Says that a durable manifest names the files of <paramref name="rows"/>.</summary>
    void MarkWritten(List<int> rows);

    /// <summary>Makes <paramref name="rows"/> readable, until the next call.</summary>
    /// <returns>The place of each in <see cref="Impressions"/> and <see cref="Features"/>.</returns>
    /// <exception cref="SampleFileException">They cannot be read.</exception>
    int[] Load(int[] rows);
}

/// <summary>Rows that stay in memory.</summary>
internal sealed class MemoryRows(SnapshotColumns features, ImpressionColumns impressions) : ISampleRows
{
    public int Count => features.Count;

    public ImpressionColumns Impressions => impressions;

    public SnapshotColumns Features => features;

    public SnapshotKey KeyOf(int row) => new(impressions.Identity(row), impressions.ImpressionKey(row));

    public long ShownAt(int row) => impressions.ShownAt(row);

    public bool IsWritten(int row) => false;

    public void MarkWritten(List<int> rows)
    {
        // One table may go into several folders: what each of them holds is read from its files.
    }

    public int[] Load(int[] rows) => rows;
}
