using Freshet.Embeddings;
using Freshet.Scenes;

namespace Freshet.Tests.Embeddings;

/// <summary>The numbers in files of tables that are out there keep their meaning.</summary>
public sealed class OptimizerCodeTests
{
    [Theory]
    [InlineData(RowOptimizer.Adagrad, 0)]
    [InlineData(RowOptimizer.RowwiseAdagrad, 1)]
    [InlineData(RowOptimizer.GroupFtrl, 2)]
    public void An_optimizer_has_one_number_for_ever(RowOptimizer optimizer, int code) =>
        Assert.Equal((code, optimizer), (OptimizerCode.Of(optimizer), OptimizerCode.Read(code)));

    [Fact]
    public void Every_optimizer_has_a_number() => Assert.Equal([0, 1, 2], Enum.GetValues<RowOptimizer>().Select(OptimizerCode.Of).Order());

    [Fact]
    public void A_number_that_nobody_wrote_is_refused() => Assert.Throws<InvalidDataException>(() => OptimizerCode.Read(3));
}
