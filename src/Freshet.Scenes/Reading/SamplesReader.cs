namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>samples</c>.</summary>
internal static class SamplesReader
{
    public static SampleOptions Read(Section root)
    {
        Section section = root.Child("samples");
        var standard = new SampleOptions();
        var options = new SampleOptions
        {
            Keep = section.Integer("keep", standard.Keep, 1, 100_000),
            KeepFor = section.Duration("keep_for", standard.KeepFor, TimeSpan.Zero, TimeSpan.FromDays(3650)),
        };
        section.Close();
        return options;
    }
}
