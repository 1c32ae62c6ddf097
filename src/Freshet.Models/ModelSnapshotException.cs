namespace Freshet.Models;

/// <summary>A stored model cannot be used: damaged, truncated, of another version or of another scene. No model was built.</summary>
public sealed class ModelSnapshotException : Exception
{
    /// <summary>An exception without a message.</summary>
    public ModelSnapshotException()
    {
    }

    /// <summary>What is wrong, the state now, the remedy.</summary>
    public ModelSnapshotException(string message)
        : base(message)
    {
    }

    /// <summary>What is wrong, the state now, the remedy; and what caused it.</summary>
    public ModelSnapshotException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
