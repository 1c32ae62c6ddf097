namespace Freshet.Core.Ports;

/// <summary>An event log cannot be opened, written or read; the message names the place, what is durable, and the remedy.</summary>
public sealed class EventLogException : IOException
{
    /// <summary>Creates the exception with a message for the user.</summary>
    public EventLogException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message for the user and what the system said.</summary>
    public EventLogException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
