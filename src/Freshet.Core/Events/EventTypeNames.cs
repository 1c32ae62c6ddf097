namespace Freshet.Core.Events;

/// <summary>Types of events that mean the same in every scene. All others are named by the scene.</summary>
public static class EventTypeNames
{
    /// <summary>An item was shown to a user, on a page.</summary>
    public const string Impression = "impression";

    /// <summary>What an item is now: on air, its activity, its room.</summary>
    public const string ItemStatus = "item_status";

    /// <summary>What is known of a user or an item for long.</summary>
    public const string Profile = "profile";

    /// <summary><see cref="Impression"/>, as events carry it.</summary>
    public static ReadOnlySpan<byte> ImpressionBytes => "impression"u8;

    /// <summary><see cref="ItemStatus"/>, as events carry it.</summary>
    public static ReadOnlySpan<byte> ItemStatusBytes => "item_status"u8;

    /// <summary><see cref="Profile"/>, as events carry it.</summary>
    public static ReadOnlySpan<byte> ProfileBytes => "profile"u8;
}
