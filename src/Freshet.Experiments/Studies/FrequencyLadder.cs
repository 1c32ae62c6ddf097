using Freshet.Experiments.Arms;

namespace Freshet.Experiments.Studies;

/// <summary>The ways to keep a model fresh that <c>replay --study frequency</c> compares; a further one is one name.</summary>
public static class FrequencyLadder
{
    private static readonly string[] s_names = ["frozen", "full", "daily", "2h", "15m", "streaming"];

    /// <summary>The arms, from the oldest model to the freshest; only those that this build has.</summary>
    public static string Arms { get; } = string.Join(',', s_names.Where(ArmPlan.IsKnown));
}
