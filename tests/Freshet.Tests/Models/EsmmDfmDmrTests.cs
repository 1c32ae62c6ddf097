namespace Freshet.Tests.Models;

public sealed class EsmmDfmDmrTests() : RankingModelContract("esmm-dfm-dmr");
