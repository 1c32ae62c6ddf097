using Freshet.Core.Time;

namespace Freshet.Tests.Core.Time;

/// <summary>Durations as whole milliseconds.</summary>
public sealed class MillisecondsTests
{
    [Fact]
    public void The_units_are_those_of_TimeSpan()
    {
        Assert.Equal(Milliseconds.Second, Milliseconds.Of(TimeSpan.FromSeconds(1)));
        Assert.Equal(Milliseconds.Minute, Milliseconds.Of(TimeSpan.FromMinutes(1)));
        Assert.Equal(Milliseconds.Hour, Milliseconds.Of(TimeSpan.FromHours(1)));
        Assert.Equal(Milliseconds.Day, Milliseconds.Of(TimeSpan.FromDays(1)));
    }

    [Theory]
    [InlineData(9_999, 0)]
    [InlineData(10_000, 1)]
    [InlineData(-19_999, -1)]
    public void A_part_of_a_millisecond_is_left_out(long ticks, long expected) => Assert.Equal(expected, Milliseconds.Of(TimeSpan.FromTicks(ticks)));
}
