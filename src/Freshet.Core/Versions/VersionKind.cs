using System.Text.Json.Serialization;

namespace Freshet.Core.Versions;

/// <summary>How a version was trained.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VersionKind>))]
public enum VersionKind
{
    /// <summary>From the samples of the base window.</summary>
    [JsonStringEnumMemberName("base")]
    Base,

    /// <summary>From a base or the increment before, with the samples since.</summary>
    [JsonStringEnumMemberName("increment")]
    Increment,
}
