namespace Freshet.Tests.Models;

public sealed class EsmmDfmTests() : RankingModelContract("esmm-dfm");
