namespace Freshet.Core.Events;

/// <summary>The text fields that every behaviour event may carry.</summary>
public enum EventText
{
    /// <summary><c>type</c>: impression, item_status, profile, or a type that the scene names.</summary>
    Type,

    /// <summary><c>event_id</c>: one per event; the same id again is a duplicate.</summary>
    EventId,

    /// <summary><c>request_id</c>: the ranking request that showed the item; absent on organic behaviour.</summary>
    RequestId,

    /// <summary><c>user_id</c>.</summary>
    UserId,

    /// <summary><c>item_id</c>.</summary>
    ItemId,

    /// <summary><c>surface</c>: the page or tab an impression was shown on.</summary>
    Surface,

    /// <summary><c>model_version</c> that scored an impression.</summary>
    ModelVersion,

    /// <summary><c>arm</c> of the experiment that ranked an impression.</summary>
    Arm,
}
