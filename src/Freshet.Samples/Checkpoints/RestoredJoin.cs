namespace Freshet.Samples.Checkpoints;

/// <summary>What a checkpoint brings back.</summary>
/// <param name="Joiner">The joiner as it was.</param>
/// <param name="Head">What was given beside it: positions of input and output.</param>
/// <param name="Features">State of the feature stage.</param>
/// <param name="Rows">What was given as rows, of all checkpoints up to this one, in order.</param>
internal sealed record RestoredJoin(Joiner Joiner, byte[] Head, byte[] Features, IReadOnlyList<byte[]> Rows);
