namespace Freshet.Features;

/// <summary>Saved feature state that cannot be restored.</summary>
public sealed class FeatureStateException : Exception
{
    /// <summary>An unusable state.</summary>
    public FeatureStateException(string message)
        : base(message)
    {
    }

    /// <summary>An unusable state.</summary>
    public FeatureStateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An unusable state.</summary>
    public FeatureStateException()
    {
    }
}
