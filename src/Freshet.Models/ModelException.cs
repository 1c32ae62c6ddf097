namespace Freshet.Models;

/// <summary>A step could not be taken: its loss or a gradient is not finite. The message says what, and what the model holds now.</summary>
public sealed class ModelException : Exception
{
    /// <summary>An exception without a message.</summary>
    public ModelException()
    {
    }

    /// <summary>What is wrong, the state now, the remedy.</summary>
    public ModelException(string message)
        : base(message)
    {
    }

    /// <summary>What is wrong, the state now, the remedy; and what caused it.</summary>
    public ModelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
