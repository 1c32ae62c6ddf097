using System.Text.Json;
using Freshet.Tests.Architecture;

namespace Freshet.Tests.Golden;

/// <summary>One fixture of tools/golden: nested lists of numbers, found by their path.</summary>
internal sealed class GoldenFile(string name)
{
    private readonly JsonElement _root = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Freshet.Tests", "Golden", name + ".json"))).RootElement;

    /// <summary>The element at a path such as <c>params.W</c> or <c>steps.2.w</c>.</summary>
    public JsonElement At(string path)
    {
        JsonElement element = _root;
        foreach (string part in path.Split('.'))
        {
            element = element.ValueKind == JsonValueKind.Array
                ? element[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)]
                : element.GetProperty(part);
        }

        return element;
    }

    public double Number(string path) => At(path).GetDouble();

    public int Integer(string path) => At(path).GetInt32();

    /// <summary>All numbers at a path, row-major.</summary>
    public double[] Numbers(string path) => [.. Flatten(At(path))];

    public float[] Floats(string path) => [.. Numbers(path).Select(value => (float)value)];

    public int[] Integers(string path) => [.. Numbers(path).Select(value => (int)value)];

    private static IEnumerable<double> Flatten(JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? element.EnumerateArray().SelectMany(Flatten)
        : [element.GetDouble()];
}
