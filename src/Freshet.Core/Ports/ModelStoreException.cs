namespace Freshet.Core.Ports;

/// <summary>A model store that cannot be written or read; the message names the place, the state now and the remedy.</summary>
public sealed class ModelStoreException : Exception
{
    /// <summary>With a message.</summary>
    public ModelStoreException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and the cause.</summary>
    public ModelStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public ModelStoreException()
    {
    }
}
