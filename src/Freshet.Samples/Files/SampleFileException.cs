namespace Freshet.Samples.Files;

/// <summary>A sample file or manifest cannot be written or read; the message names it and says what to do.</summary>
public sealed class SampleFileException : Exception
{
    /// <summary>Without a message; for serializers.</summary>
    public SampleFileException()
    {
    }

    /// <summary>What is wrong, the state now, and what to do.</summary>
    public SampleFileException(string message)
        : base(message)
    {
    }

    /// <summary>What is wrong, the state now, and what to do, with its cause.</summary>
    public SampleFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
