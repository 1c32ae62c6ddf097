using System.Globalization;

namespace Freshet.Samples.Checkpoints;

/// <summary>A checkpoint file by its name: <c>SEQUENCE-BASE.checkpoint</c>, ten digits each; equal in a base.</summary>
internal readonly record struct CheckpointName(long Sequence, long Base)
{
    public const string Extension = ".checkpoint";

    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Sequence:0000000000}-{Base:0000000000}{Extension}");

    public string RowsName => RowsOf(Sequence);

    public static string RowsOf(long sequence) => string.Create(CultureInfo.InvariantCulture, $"{sequence:0000000000}.rows");

    /// <summary>The checkpoints of a folder, oldest first.</summary>
    public static List<CheckpointName> In(string folder)
    {
        var names = new List<CheckpointName>();
        foreach (string path in Directory.EnumerateFiles(folder, "*" + Extension))
        {
            string[] parts = Path.GetFileNameWithoutExtension(path).Split('-');
            if (parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long sequence) &&
                long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long first))
            {
                names.Add(new CheckpointName(sequence, first));
            }
        }

        names.Sort((left, right) => left.Sequence.CompareTo(right.Sequence));
        return names;
    }
}
