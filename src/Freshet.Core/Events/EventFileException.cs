namespace Freshet.Core.Events;

/// <summary>A file of events cannot be read or written; the message names the file, the place and the remedy.</summary>
public sealed class EventFileException : IOException
{
    /// <summary>Creates the exception with a message for the user.</summary>
    public EventFileException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message for the user and what the system said.</summary>
    public EventFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
