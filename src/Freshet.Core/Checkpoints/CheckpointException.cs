namespace Freshet.Core.Checkpoints;

/// <summary>A checkpoint cannot be used or written. The message says which file, what is wrong, what state there is now, and what to do.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>With the message for the user.</summary>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>With the message for the user and the cause.</summary>
    public CheckpointException(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>Whether older checkpoints are no way out: the scene or the program is another.</summary>
    public bool IsFatal { get; init; }
}
