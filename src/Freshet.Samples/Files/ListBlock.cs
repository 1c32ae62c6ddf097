namespace Freshet.Samples.Files;

/// <summary>One list column of a row group: items one after another, and where those of each row end. Filled again and again.</summary>
internal sealed class ListBlock<T>
    where T : struct
{
    public T[] Items = [];

    /// <summary>The items of row r are those of <c>[Ends[r − 1], Ends[r])</c>.</summary>
    public int[] Ends = [];

    public ReadOnlySpan<T> Of(int row)
    {
        int start = row == 0 ? 0 : Ends[row - 1];
        return Items.AsSpan(start, Ends[row] - start);
    }
}
