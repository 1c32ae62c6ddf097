using Freshet.Core.Samples;
using Freshet.Samples.Files;

namespace Freshet.Tests.Samples;

/// <summary>The numbers in sample files that are out there keep their meaning.</summary>
public sealed class EmissionCodeTests
{
    [Theory]
    [InlineData(EmissionKind.Attributed, 0)]
    [InlineData(EmissionKind.Observed, 1)]
    [InlineData(EmissionKind.Positive, 2)]
    public void A_kind_has_one_number_for_ever(EmissionKind kind, int code) =>
        Assert.Equal((code, kind), (EmissionCode.Of(kind), EmissionCode.Read(code)));

    [Fact]
    public void Every_kind_has_a_number() => Assert.Equal([0, 1, 2], Enum.GetValues<EmissionKind>().Select(EmissionCode.Of).Order());

    [Fact]
    public void A_number_that_nobody_wrote_is_refused() =>
        Assert.StartsWith("Column 'emission' of a sample file holds 3;", Assert.Throws<SampleFileException>(() => EmissionCode.Read(3)).Message);
}
