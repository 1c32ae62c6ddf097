namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>attribution</c>.</summary>
internal static class AttributionReader
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_month = TimeSpan.FromDays(30);

    public static AttributionOptions Read(Section root)
    {
        Section section = root.Child("attribution");
        var standard = new AttributionOptions();
        var options = new AttributionOptions
        {
            Mode = section.Choice("mode", standard.Mode, AttributionModeText.All),
            Horizon = section.OptionalDuration("horizon", s_second, s_month),
            Grace = section.Duration("grace", standard.Grace, TimeSpan.Zero, s_month),
            EmitAfter = section.Duration("emit_after", standard.EmitAfter, TimeSpan.Zero, s_month),
            MinAge = section.Duration("min_age", standard.MinAge, TimeSpan.Zero, s_day),
            Lateness = section.Duration("lateness", standard.Lateness, TimeSpan.Zero, s_day),
            MaxSkew = section.Duration("max_skew", standard.MaxSkew, s_second, s_month),
            OrphanWait = section.Duration("orphan_wait", standard.OrphanWait, TimeSpan.Zero, s_month),
            IdleAfter = section.Duration("idle_after", standard.IdleAfter, s_second, s_month),
            RetainDays = section.Integer("retain_days", standard.RetainDays, 0, 30),
        };
        if (section.Has("horizon") && section.Has("grace"))
        {
            section.Report("grace", "It has no effect beside 'horizon'.", "Remove one of them: grace follows the end of the day, horizon the impression.");
        }

        section.Close();
        return options;
    }
}
