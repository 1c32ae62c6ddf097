namespace Freshet.Scenes.Reading;

/// <summary>Types of events that mean the same in every scene.</summary>
internal static class EventTypes
{
    public const string Impression = "impression";

    public const string Reserved = "impression, item_status and profile";

    public static bool IsReserved(string type) => type is Impression or "item_status" or "profile";
}
