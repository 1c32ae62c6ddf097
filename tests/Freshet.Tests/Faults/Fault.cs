namespace Freshet.Tests.Faults;

/// <summary>What goes wrong with a store.</summary>
public enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A write fails when some of its bytes are written.</summary>
    FullDisk,

    /// <summary>A write says that it succeeded, and its last bytes are lost.</summary>
    TornWrite,

    /// <summary>A read ends, or fails, when some of its bytes are read.</summary>
    HalfRead,

    /// <summary>Every call does the least that it may: a few bytes, one payload.</summary>
    Slow,

    /// <summary>Every call fails.</summary>
    Gone,
}
