namespace Freshet.Datasets;

/// <summary>A dataset's folder or one of its files cannot be used.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>What is wrong, and what to do.</summary>
    public DatasetException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
