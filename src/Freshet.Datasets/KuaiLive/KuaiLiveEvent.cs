namespace Freshet.Datasets.KuaiLive;

/// <summary>The beginnings of event ids, in ordinal order: a room goes off the air, on it, is shown, and draws behaviours.</summary>
internal enum KuaiLiveEvent : byte
{
    /// <summary><c>q-end-</c></summary>
    RoomEnd,

    /// <summary><c>q-start-</c></summary>
    RoomStart,

    /// <summary><c>r</c>; the row's click and watch add <c>-click</c> and <c>-watch</c>.</summary>
    Show,

    /// <summary><c>s-comment-</c></summary>
    Comment,

    /// <summary><c>s-gift-</c></summary>
    Gift,

    /// <summary><c>s-like-</c></summary>
    Like,
}
