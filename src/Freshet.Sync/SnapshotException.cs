namespace Freshet.Sync;

/// <summary>A published snapshot that cannot be used; whoever asked for it stays on the version it had.</summary>
public sealed class SnapshotException : Exception
{
    /// <summary>With a message.</summary>
    public SnapshotException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and the cause.</summary>
    public SnapshotException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public SnapshotException()
    {
    }
}
