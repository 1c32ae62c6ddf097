using Freshet.Core.Events;

namespace Freshet.Scenes.Reading;

/// <summary>Types of events that no scene may give a meaning of its own (<see cref="EventTypeNames"/>).</summary>
internal static class ReservedTypes
{
    public const string List = $"{EventTypeNames.Impression}, {EventTypeNames.ItemStatus} and {EventTypeNames.Profile}";

    public static bool Contains(string type) => type is EventTypeNames.Impression or EventTypeNames.ItemStatus or EventTypeNames.Profile;
}
