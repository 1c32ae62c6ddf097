namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>arrival</c>.</summary>
internal static class ArrivalReader
{
    public static ArrivalOptions Read(Section root)
    {
        Section section = root.Child("arrival");
        var options = new ArrivalOptions { Window = section.Integer("window", new ArrivalOptions().Window, 0, 10_000_000) };
        section.Close();
        return options;
    }
}
