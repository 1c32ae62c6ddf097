namespace Freshet.Datasets.KuaiRand;

/// <summary>The events of a row, in the ordinal order of their ids.</summary>
internal enum KuaiRandEvent : byte
{
    Impression,
    Click,
    Comment,
    Follow,
    Forward,
    Hate,
    Like,
    ProfileEnter,
    Watch,
}
