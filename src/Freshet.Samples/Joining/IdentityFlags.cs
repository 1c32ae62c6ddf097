namespace Freshet.Samples.Joining;

/// <summary>What is true of an identity.</summary>
[Flags]
internal enum IdentityFlags : byte
{
    None = 0,

    /// <summary>The place is in use.</summary>
    Alive = 1,

    /// <summary>The key leads here; not once expired.</summary>
    Known = 2,

    /// <summary>Window mode: the newest entry has not left.</summary>
    Open = 4,

    /// <summary>It is on the list of what changed since its day was attributed.</summary>
    Changed = 8,

    /// <summary>Immediate mode: the first row has left.</summary>
    Left = 16,
}
