namespace Freshet.Samples.Delays;

/// <summary>How long one behaviour's label takes to come, and what a window would have to be to see it.</summary>
/// <param name="Behaviour">Name of the behaviour.</param>
/// <param name="Labels">Labels of 1 that were measured.</param>
/// <param name="MedianSeconds">Half of them come within; null without labels.</param>
/// <param name="Window95Seconds">The smallest window that covers 95 % of them, s; null without labels.</param>
/// <param name="WindowSeconds">The window in force, s.</param>
/// <param name="Coverage">Share of the labels that come within the window in force; null without labels.</param>
/// <param name="StalenessSeconds">By how much the window in force makes a sample older before it can be learnt, s: window + lateness.</param>
/// <param name="Staleness95Seconds">The same of the window that covers 95 %; null without labels.</param>
public sealed record LabelDelay(
    string Behaviour, long Labels, double? MedianSeconds, double? Window95Seconds, double WindowSeconds, double? Coverage,
    double StalenessSeconds, double? Staleness95Seconds);
