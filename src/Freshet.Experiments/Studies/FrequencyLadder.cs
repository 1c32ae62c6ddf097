namespace Freshet.Experiments.Studies;

/// <summary>The ways to keep a model fresh that <c>replay --study frequency</c> compares; a further one is one name.</summary>
public static class FrequencyLadder
{
    /// <summary>The arms, from the oldest model to the freshest.</summary>
    public const string Arms = "frozen,full,daily,2h,15m,streaming";
}
