namespace Freshet.Datasets;

/// <summary>Texts that are part of this assembly.</summary>
internal static class EmbeddedText
{
    public static string Read(string name)
    {
        using Stream stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"Resource '{name}' is not part of Freshet.Datasets.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
