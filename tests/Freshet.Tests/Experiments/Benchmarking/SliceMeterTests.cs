using Freshet.Experiments.Benchmarking;

namespace Freshet.Tests.Experiments.Benchmarking;

public sealed class SliceMeterTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(20);
    private readonly SliceMeter _meter = new(TimeProvider.System, new FmaCeiling(TimeProvider.System, threads: 2));

    // No upper bound: the other tests of this process allocate too, and all threads count.
    [Fact]
    public void What_the_work_allocates_is_counted()
    {
        byte[] kept = [];

        SliceRates rates = _meter.Measure(() => kept = new byte[1_000], s_short, CancellationToken.None);

        Assert.True(rates.AllocatedBytes >= 1_000);
        Assert.Equal(1_000, kept.Length);
    }

    [Fact]
    public void Rates_and_ceilings_are_positive_and_in_order()
    {
        SliceRates rates = _meter.Measure(() => { }, s_short, CancellationToken.None);

        foreach (Spread spread in new[] { rates.RunsPerSecond, rates.PeakGflops })
        {
            Assert.True(spread.Lowest > 0 && spread.Lowest <= spread.Median && spread.Median <= spread.Highest);
        }
    }

    [Fact]
    public void Work_that_takes_longer_than_the_time_is_done_once()
    {
        int done = 0;

        _ = _meter.Measure(() => done++, TimeSpan.FromTicks(1), CancellationToken.None);

        Assert.Equal(1, done);
    }

    [Fact]
    public void Warming_up_does_at_least_what_was_asked_for()
    {
        int done = 0;

        _meter.WarmUp(() => done++, times: 5, TimeSpan.Zero, CancellationToken.None);

        Assert.Equal(5, done);
    }

    [Fact]
    public void It_stops_when_told_to()
    {
        using var stop = new CancellationTokenSource();

        _ = Assert.Throws<OperationCanceledException>(() => _meter.Measure(stop.Cancel, TimeSpan.FromMinutes(1), stop.Token));
    }
}
