namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>gates</c>.</summary>
internal static class GatesReader
{
    public static GateOptions Read(Section root)
    {
        Section section = root.Child("gates");
        var standard = new GateOptions();
        var options = new GateOptions
        {
            Enabled = section.Flag("enabled", standard.Enabled),
            LogLoss = section.Number("logloss", standard.LogLoss, NumberRange.NotNegative),
            Surprise = section.Number("surprise", standard.Surprise, NumberRange.NotNegative),
            PcocFrom = section.Number("pcoc_from", standard.PcocFrom, NumberRange.Positive),
            PcocTo = section.Number("pcoc_to", standard.PcocTo, NumberRange.Positive),
            PositiveRate = section.Number("positive_rate", standard.PositiveRate, NumberRange.Share),
            Volume = section.Number("volume", standard.Volume, NumberRange.OneOrMore),
        };
        if (options.PcocFrom >= options.PcocTo)
        {
            section.Report("pcoc_from", "It is not below pcoc_to.", "Write a range such as 0.8 and 1.25.");
        }

        section.Close();
        return options;
    }
}
