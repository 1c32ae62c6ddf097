namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>sync</c>.</summary>
internal static class SyncReader
{
    public static SyncOptions Read(Section root)
    {
        Section section = root.Child("sync");
        var standard = new SyncOptions();
        var options = new SyncOptions
        {
            Every = section.Duration("every", standard.Every, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            Keep = section.Integer("keep", standard.Keep, 1, 10_000),
        };
        section.Close();
        return options;
    }
}
