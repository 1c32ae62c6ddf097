namespace Freshet.Tests.Samples;

/// <summary>What may befall a sample file or a manifest.</summary>
internal static class SampleFileDamage
{
    /// <param name="path">The file.</param>
    /// <param name="damage">truncated, flipped (one bit), edited (a row count of a manifest), or missing.</param>
    public static void Do(string path, string damage)
    {
        byte[] content = File.ReadAllBytes(path);
        switch (damage)
        {
            case "truncated":
                File.WriteAllBytes(path, content[..(content.Length / 2)]);
                break;
            case "flipped":
                content[content.Length / 3] ^= 1;
                File.WriteAllBytes(path, content);
                break;
            case "edited":
                File.WriteAllText(path, File.ReadAllText(path).Replace("\"rows\": 5", "\"rows\": 6", StringComparison.Ordinal));
                break;
            default:
                File.Delete(path);
                break;
        }
    }
}
