namespace Freshet.Datasets.Csv;

/// <summary>How a look for the end of a row ended.</summary>
internal enum CsvScan
{
    /// <summary>The row is there.</summary>
    Complete,

    /// <summary>The bytes end inside the row.</summary>
    NeedsMore,

    /// <summary>A quoted field goes on behind its closing quote.</summary>
    TextAfterQuote,

    /// <summary>A quote is open at the end of the file, or for longer than a row can be.</summary>
    OpenQuote,
}
