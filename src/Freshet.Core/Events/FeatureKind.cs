namespace Freshet.Core.Events;

/// <summary>What the value of one entry of an event's <c>features</c> is.</summary>
public enum FeatureKind : byte
{
    /// <summary>One text; <c>true</c> and <c>false</c> count as the texts "true" and "false".</summary>
    Text,

    /// <summary>One number; its JSON text is kept beside it, so that it can be an id too.</summary>
    Number,

    /// <summary>A list of texts (numbers by their JSON text), possibly empty.</summary>
    TextList,
}
