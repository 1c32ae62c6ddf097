using System.Collections;
using System.Globalization;
using System.IO.Hashing;
using System.Reflection;
using System.Text;

namespace Freshet.Scenes;

/// <summary>
/// A hash of everything that a scene says: two scenes with one hash have the same settings, but for those that change no result
/// (<see cref="LimitOptions.MalformedBytes"/>).
/// </summary>
public static class SceneHash
{
    /// <summary>The hash of <paramref name="scene"/>; the same on every machine.</summary>
    public static ulong Of(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var text = new StringBuilder();
        Add(text, scene);
        return XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static void Add(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null;");
                break;
            case TimeZoneInfo zone:
                text.Append(zone.Id).Append(';');
                break;
            case string or IFormattable:
                text.Append(CultureInfo.InvariantCulture, $"{value};");
                break;
            case bool:
                text.Append(value).Append(';');
                break;
            case IEnumerable list:
                text.Append('[');
                foreach (object? item in list)
                {
                    Add(text, item);
                }

                text.Append(']');
                break;
            default:
                AddProperties(text, value);
                break;
        }
    }

    private static void AddProperties(StringBuilder text, object value)
    {
        text.Append('{');
        foreach (PropertyInfo property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && !property.IsDefined(typeof(OutsideSceneHashAttribute))).OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            text.Append(property.Name).Append('=');
            Add(text, property.GetValue(value));
        }

        text.Append('}');
    }
}
