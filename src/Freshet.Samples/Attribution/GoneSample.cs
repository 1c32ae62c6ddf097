using Freshet.Core.Events;

namespace Freshet.Samples.Attribution;

/// <summary>Where the sample of an identity stood before an earlier impression moved it.</summary>
internal readonly record struct GoneSample(long ShownAt, IdentityKey Key);
