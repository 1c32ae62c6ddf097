namespace Freshet.Scenes.Reading;

/// <summary>A behaviour whose parent is still a name.</summary>
internal sealed record BehaviourDraft(Behaviour Behaviour, string? Parent, Section Section);
