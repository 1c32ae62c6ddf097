namespace Freshet.Tests.Models;

public sealed class LrTests() : RankingModelContract("lr");
