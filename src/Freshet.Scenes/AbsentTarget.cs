namespace Freshet.Scenes;

/// <summary>The target of a sample without an event that has a value.</summary>
public enum AbsentTarget
{
    /// <summary>None: the regression learns from the samples that have one.</summary>
    Skip,

    /// <summary>0: the regression learns from all samples.</summary>
    Zero,
}
