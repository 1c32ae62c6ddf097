using Freshet.Core.Events;

namespace Freshet.Samples.Files;

/// <summary>Names a snapshot in sample files: its identity and the hash of its impression's event_id.</summary>
internal readonly record struct SnapshotKey(IdentityKey Identity, ulong Impression);
