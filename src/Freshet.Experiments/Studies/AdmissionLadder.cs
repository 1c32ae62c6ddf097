using Freshet.Scenes;

namespace Freshet.Experiments.Studies;

/// <summary>The ways to admit ids that <c>replay --study admission</c> compares; a further one is one line of <see cref="Rules"/>.</summary>
/// <remarks>
/// A rule holds for all slots alike, in place of what the scene says: admission, <c>dynamic_l1</c>, and for those with penalties the row
/// optimiser too (Group-FTRL). Penalties that the scene has are kept; where it has none they are those below.
/// </remarks>
public static class AdmissionLadder
{
    /// <summary>λ1 of wide weights where the scene has none.</summary>
    public const double WideL1 = 0.1;

    /// <summary>λ_G of rows where the scene has no penalty on rows: alone too small to zero a new row, and large enough where dynamic L1 trebles it.</summary>
    public const double RowGroupL1 = 0.1;

    private static readonly AdmissionOptions s_none = new() { Rule = AdmissionRule.None };
    private static readonly AdmissionOptions s_hard = new() { Full = 10, Incremental = 5 };
    private static readonly AdmissionOptions s_low = new() { Full = 3, Incremental = 2 };
    private static readonly AdmissionOptions s_poisson = s_hard with { Rule = AdmissionRule.Poisson };
    private static readonly DynamicL1Options s_dynamic = new(N: 10, C: 2);

    /// <summary>The rules; the first is what all are compared with.</summary>
    public static IReadOnlyList<StudyVariant> Rules { get; } =
    [
        new("none", scene => Admit(scene, s_none)),
        new("hard", scene => Admit(scene, s_hard with { Carry = false })),
        new("hard+carry", scene => Admit(scene, s_hard)),
        new("hard+carry, batch", scene => Admit(scene, s_hard with { Count = AdmissionCount.Batch })),
        new("low+carry", scene => Admit(scene, s_low)),
        new("poisson", scene => Admit(scene, s_poisson)),
        new("group-ftrl", scene => GroupFtrl(Admit(scene, s_none))),
        new("l1", scene => Penalise(Admit(scene, s_none), null)),
        new("dynamic-l1", scene => Penalise(Admit(scene, s_none), s_dynamic)),
        new("dynamic-l1+low+carry", scene => Penalise(Admit(scene, s_low), s_dynamic)),
        new("dynamic-l1+poisson", scene => Penalise(Admit(scene, s_poisson), s_dynamic)),
    ];

    /// <summary>
    /// The variants for <paramref name="scene"/>: each rule with every slot learning in increments, then each with the slots of time frozen, then the first with the weights frozen too that read them.
    /// What would repeat another line is left out: freezing where no slot is of time, the row optimiser and the weights of a model without rows.
    /// </summary>
    public static IReadOnlyList<StudyVariant> Of(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        StudyVariant[] rules = [.. Rules.Where(rule => rule.Name != "group-ftrl" || scene.Model.Name != "lr")];
        IEnumerable<StudyVariant> melted = rules.Select(rule => rule with { Change = given => Freeze(rule.Change(given), Scenes.Freeze.None) });
        IEnumerable<StudyVariant> frozen = rules.Select(rule => new StudyVariant($"{rule.Name}, time frozen", given => Freeze(rule.Change(given), Scenes.Freeze.Rows)));
        StudyVariant[] inputs = scene.Model.Name is "lr" or "fm"
            ? []
            : [new($"{rules[0].Name}, time and its inputs frozen", given => Freeze(rules[0].Change(given), Scenes.Freeze.RowsAndInputs))];
        return Enumerable.Range(0, scene.Slots.Count).Any(slot => IsOfTime(scene, slot)) ? [.. melted, .. frozen, .. inputs] : [.. melted];
    }

    private static Scene Admit(Scene scene, AdmissionOptions admission) =>
        scene with { Slots = [.. scene.Slots.Select(slot => slot with { Admission = admission, DynamicL1 = null })] };

    private static Scene GroupFtrl(Scene scene) => scene with { Training = scene.Training with { RowOptimizer = RowOptimizer.GroupFtrl } };

    private static Scene Penalise(Scene scene, DynamicL1Options? dynamic)
    {
        TrainingOptions training = GroupFtrl(scene).Training;
        return scene with
        {
            Slots = [.. scene.Slots.Select(slot => slot with { DynamicL1 = dynamic })],
            Training = training with
            {
                WideL1 = training.WideL1 > 0 ? training.WideL1 : WideL1,
                RowGroupL1 = training.RowL1 + training.RowGroupL1 > 0 ? training.RowGroupL1 : RowGroupL1,
            },
        };
    }

    private static Scene Freeze(Scene scene, Freeze freeze) => scene with
    {
        Slots = [.. scene.Slots.Select((slot, index) => slot with { Freeze = IsOfTime(scene, index) ? freeze : Scenes.Freeze.None })],
    };

    private static bool IsOfTime(Scene scene, int slot) =>
        scene.Slots[slot].Source?.Kind is SelectorKind.Hour or SelectorKind.Weekday || scene.Slots[slot].Cross.Any(part => IsOfTime(scene, part));
}
