using System.Text.Json.Serialization;

namespace Freshet.Core.Versions;

/// <summary>What a gate says.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GateVerdict>))]
public enum GateVerdict
{
    /// <summary>Within the limits beyond doubt.</summary>
    [JsonStringEnumMemberName("pass")]
    Pass,

    /// <summary>Outside the limits beyond doubt: the version stays out.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>Too little to tell, or nothing to compare with. Neither a pass nor a refusal.</summary>
    [JsonStringEnumMemberName("insufficient")]
    Insufficient,
}
