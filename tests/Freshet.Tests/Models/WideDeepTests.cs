namespace Freshet.Tests.Models;

public sealed class WideDeepTests() : RankingModelContract("wide-deep");
