namespace Freshet.Datasets;

/// <summary>Counts the rows that were set aside and hands them on.</summary>
internal sealed class MalformedRows(Action<MalformedRow>? sink)
{
    public long Count { get; private set; }

    public void Add(MalformedRow row)
    {
        Count++;
        sink?.Invoke(row);
    }
}
