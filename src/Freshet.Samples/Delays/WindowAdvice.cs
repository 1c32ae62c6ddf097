using System.Globalization;
using Freshet.Core.Time;
using Freshet.Scenes;

namespace Freshet.Samples.Delays;

/// <summary>What the measured delays say of windows, and which attribution mode they speak for.</summary>
/// <param name="Behaviours">One entry a behaviour, in the scene's order.</param>
/// <param name="RepeatRate">Share of the impressions that show an old page again: repeats ÷ (identities + repeats); null without impressions.</param>
/// <param name="Contradictions">Labels past their window on pages that were looked at again: of each a window makes a contradicting sample.</param>
/// <param name="Mode">The mode of the scene.</param>
/// <param name="AdvisedMode">The mode that is advised; null without labels.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record WindowAdvice(
    IReadOnlyList<LabelDelay> Behaviours, double? RepeatRate, long Contradictions, string Mode, string? AdvisedMode, string Reason)
{
    /// <summary>Share of the labels that an advised window covers.</summary>
    public const double CoverageWanted = 0.95;

    /// <summary>From this repeat rate on re-attribution pays: old pages are looked at again.</summary>
    public const double RepeatRateThatPays = 0.05;

    /// <summary>The advice of what a joiner has seen so far.</summary>
    /// <param name="scene">Its scene.</param>
    /// <param name="joiner">A joiner of any mode: all of them measure.</param>
    public static WindowAdvice Of(Scene scene, Joiner joiner)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(joiner);
        JoinCounters counters = joiner.Counters;
        LabelDelay[] behaviours = [.. scene.Behaviours.Select((behaviour, i) => Of(behaviour, joiner.Delays[i], scene.Attribution.Lateness))];
        long shown = counters.Identities + counters.Repeats;
        double? repeatRate = shown == 0 ? null : (double)counters.Repeats / shown;
        (string? mode, string reason) = Advise(behaviours, repeatRate, scene.UpdateEvery);
        return new WindowAdvice(
            behaviours, repeatRate, counters.Contradictions, AttributionModeText.Of(scene.Attribution.Mode), mode, reason);
    }

    private static LabelDelay Of(Behaviour behaviour, DelaySketch delays, TimeSpan lateness)
    {
        bool isKnown = delays.Count > 0;
        double window = behaviour.Window.TotalSeconds, late = lateness.TotalSeconds;
        double? covering = isKnown ? delays.Quantile(CoverageWanted) / 1000 : null;
        return new LabelDelay(
            behaviour.Name, delays.Count, isKnown ? delays.Quantile(0.5) / 1000 : null, covering, window,
            isKnown ? delays.ShareWithin(Milliseconds.Of(behaviour.Window)) : null, window + late, covering + late);
    }

    private static (string? Mode, string Reason) Advise(LabelDelay[] behaviours, double? repeatRate, TimeSpan increment)
    {
        if (behaviours.All(behaviour => behaviour.Labels == 0))
        {
            return (null, "No label has come yet, so there is nothing to advise.");
        }

        if (repeatRate >= RepeatRateThatPays)
        {
            return ("cumulative", Text(
                $"{100 * repeatRate:F1} % of the impressions show an old page again: a window makes contradicting samples of those, and re-attributing the day repairs them."));
        }

        LabelDelay slowest = behaviours.MaxBy(behaviour => behaviour.Window95Seconds ?? 0)!;
        return slowest.Window95Seconds <= increment.TotalSeconds
            ? ("window", Text(
                $"Pages are seldom looked at again ({100 * repeatRate:F1} %), and 95 % of every label come within {slowest.Window95Seconds:F0} s, less than the {increment.TotalSeconds:F0} s between increments."))
            : ("immediate", Text(
                $"Pages are seldom looked at again ({100 * repeatRate:F1} %), and to see 95 % of '{slowest.Behaviour}' a window would wait {slowest.Window95Seconds:F0} s, more than the {increment.TotalSeconds:F0} s between increments."));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
