namespace Freshet.Tests.Models;

public sealed class FmTests() : RankingModelContract("fm");
