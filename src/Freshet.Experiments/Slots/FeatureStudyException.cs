namespace Freshet.Experiments.Slots;

/// <summary>The log and the days that were asked for give no base with an increment after it; nothing was compared.</summary>
public sealed class FeatureStudyException : Exception
{
    /// <summary>An exception without a message.</summary>
    public FeatureStudyException()
    {
    }

    /// <summary>What is wrong, and what to ask for.</summary>
    public FeatureStudyException(string message)
        : base(message)
    {
    }

    /// <summary>What is wrong, and what to ask for; and what caused it.</summary>
    public FeatureStudyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
