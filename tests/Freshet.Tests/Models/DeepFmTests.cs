namespace Freshet.Tests.Models;

public sealed class DeepFmTests() : RankingModelContract("deepfm");
