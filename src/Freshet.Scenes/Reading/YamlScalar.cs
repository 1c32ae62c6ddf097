namespace Freshet.Scenes.Reading;

/// <summary>A single value.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Text">As written, without quotes.</param>
/// <param name="IsNull">Nothing stands after the colon, or <c>~</c> or <c>null</c> without quotes.</param>
internal sealed record YamlScalar(long Line, string Text, bool IsNull) : YamlNode(Line)
{
    public override string Found => IsNull ? "nothing" : $"\"{Text}\"";
}
