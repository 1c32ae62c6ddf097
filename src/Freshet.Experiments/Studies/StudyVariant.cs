using Freshet.Scenes;

namespace Freshet.Experiments.Studies;

/// <summary>One setting of a study.</summary>
/// <param name="Name">Names its line of the table.</param>
/// <param name="Change">Makes its scene of the one that was given.</param>
public sealed record StudyVariant(string Name, Func<Scene, Scene> Change);
