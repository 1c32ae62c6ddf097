using System.Globalization;
using System.Text.Json;
using Freshet.Tests.Architecture;

namespace Freshet.Tests.Golden;

/// <summary>One fixture of tools/golden: nested lists of numbers, found by their path.</summary>
internal sealed class GoldenFile(string name)
{
    private readonly JsonElement _root = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json"))).RootElement;

    /// <summary>Where fixtures are read from: the folder that FRESHET_GOLDENS names, or the one of the tests.</summary>
    public static string Folder { get; } = Environment.GetEnvironmentVariable("FRESHET_GOLDENS") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Repository.Root, "tests", "Freshet.Tests", "Golden");

    /// <summary>Every fixture in <see cref="Folder"/>.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Order();

    public string Name => name;

    /// <summary>The element at a path such as <c>params|W</c> or <c>steps|2|w</c>; names of parameters may have dots.</summary>
    public JsonElement At(string path) =>
        Find(path) ?? throw new InvalidDataException($"Fixture '{name}' has nothing at '{path}'.");

    public JsonElement? Find(string path)
    {
        JsonElement element = _root;
        foreach (string part in path.Split(path.Contains('|', StringComparison.Ordinal) ? '|' : '.'))
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                element = element[int.Parse(part, CultureInfo.InvariantCulture)];
            }
            else if (!element.TryGetProperty(part, out element))
            {
                return null;
            }
        }

        return element;
    }

    public bool Has(string path) => Find(path) is not null;

    public double Number(string path) => At(path).GetDouble();

    public float Float(string path) => (float)Number(path);

    public int Integer(string path) => At(path).GetInt32();

    public string Text(string path) => At(path).GetString()!;

    /// <summary>All numbers at a path, row-major.</summary>
    public double[] Numbers(string path) => [.. Flatten(At(path))];

    public float[] Floats(string path) => [.. Numbers(path).Select(value => (float)value)];

    public int[] Integers(string path) => [.. Numbers(path).Select(value => (int)value)];

    private static IEnumerable<double> Flatten(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Flatten),
        JsonValueKind.True => [1],
        JsonValueKind.False => [0],
        _ => [element.GetDouble()],
    };
}
