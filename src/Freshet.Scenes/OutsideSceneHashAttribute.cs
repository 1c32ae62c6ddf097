namespace Freshet.Scenes;

/// <summary>Marks a setting that changes no sample, model or verdict: scenes that differ only in it have one <see cref="SceneHash"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OutsideSceneHashAttribute : Attribute;
