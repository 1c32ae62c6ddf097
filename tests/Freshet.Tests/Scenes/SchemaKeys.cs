using System.Text.Json;

namespace Freshet.Tests.Scenes;

/// <summary>The settings of the schema by path, with <c>*</c> in place of names that a file chooses.</summary>
internal static class SchemaKeys
{
    public static IReadOnlyDictionary<string, JsonElement> All(string schema)
    {
        JsonElement root = JsonDocument.Parse(schema).RootElement;
        var keys = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        Walk(root, "");
        return keys;

        void Walk(JsonElement element, string path)
        {
            if (element.TryGetProperty("properties", out JsonElement properties))
            {
                foreach (JsonProperty property in properties.EnumerateObject())
                {
                    Add(property.Value, path + property.Name);
                }
            }

            if (element.TryGetProperty("additionalProperties", out JsonElement others) && others.ValueKind == JsonValueKind.Object)
            {
                Add(others, path + "*");
            }
        }

        void Add(JsonElement element, string key)
        {
            keys.Add(key, element);
            Walk(Resolve(element), key + ".");
        }

        JsonElement Resolve(JsonElement element) => element.TryGetProperty("$ref", out JsonElement reference)
            ? root.GetProperty("definitions").GetProperty(reference.GetString()!.Split('/')[^1])
            : element;
    }
}
