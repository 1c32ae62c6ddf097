namespace Freshet.Samples.Attribution;

/// <summary>An entry of the negative cache: an identity that waits under this shown_at; stale once the identity's entry says otherwise.</summary>
internal readonly record struct WindowEntry(int Identity, long ShownAt);
