using System.Globalization;

namespace Freshet.Core.Checkpoints;

/// <summary>A checkpoint by its name: <c>SEQUENCE-BASE.checkpoint</c>, ten digits each; equal in a base.</summary>
/// <param name="Sequence">Its number, from 1.</param>
/// <param name="Base">The number of the base that it changes; its own where it is a base.</param>
public readonly record struct CheckpointName(long Sequence, long Base)
{
    private const string Extension = ".checkpoint";

    /// <summary>Name of its file.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Sequence:0000000000}-{Base:0000000000}{Extension}");

    /// <summary>The checkpoints among <paramref name="files"/>, oldest first; other files are left out.</summary>
    public static List<CheckpointName> In(IEnumerable<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var names = new List<CheckpointName>();
        foreach (string file in files)
        {
            string[] parts = Path.GetFileNameWithoutExtension(file).Split('-');
            if (file.EndsWith(Extension, StringComparison.Ordinal) && parts.Length == 2 &&
                long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long sequence) &&
                long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long first))
            {
                names.Add(new CheckpointName(sequence, first));
            }
        }

        names.Sort((left, right) => left.Sequence.CompareTo(right.Sequence));
        return names;
    }
}
