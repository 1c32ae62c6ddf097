using Freshet.Samples.Time;
using Freshet.Scenes;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

public sealed class StageClockTests
{
    private const long Noon = FirstMay + (12 * Hour);
    private readonly StageClock _clock = new(new AttributionOptions());

    [Fact]
    public void The_watermark_is_the_latest_time_less_lateness_and_never_goes_back()
    {
        See(Noon);
        See(Noon - Hour);

        Assert.Equal(Noon - Minute, _clock.Watermark);
    }

    [Fact]
    public void One_event_from_the_far_future_does_not_move_it_nor_do_many_of_one_user()
    {
        See(Noon);
        for (int i = 0; i < 20; i++)
        {
            See(Noon + (9 * Day) + i, "broken");
        }

        See(Noon + 5);

        Assert.Equal(Noon + 5 - Minute, _clock.Watermark);
    }

    [Fact]
    public void An_event_exactly_max_skew_ahead_of_the_watermark_moves_it()
    {
        See(Noon);
        See(Noon - Minute + Hour);

        Assert.Equal(Noon - Minute + Hour - Minute, _clock.Watermark);
    }

    [Fact]
    public void Three_users_who_say_the_same_move_it_to_the_least_of_their_times()
    {
        See(Noon);
        See(Noon + Day + 2, "a");
        See(Noon + Day + 1, "b");
        Assert.Equal(Noon - Minute, _clock.Watermark);
        See(Noon + Day + 3, "c");

        Assert.Equal(Noon + Day + 1 - Minute, _clock.Watermark);
    }

    [Fact]
    public void Three_users_who_say_different_things_do_not_move_it()
    {
        See(Noon);
        See(Noon + Day, "a");
        See(Noon + (9 * Day), "b");
        See(Noon + (99 * Day), "c");

        Assert.Equal(Noon - Minute, _clock.Watermark);
    }

    [Fact]
    public void The_stage_waits_for_its_slowest_partition_until_that_is_idle()
    {
        See(Noon, partition: 0);
        See(Noon, partition: 1);
        See(Noon + (5 * Minute), partition: 0);
        Assert.Equal(Noon - Minute, _clock.Watermark);

        See(Noon + (5 * Minute) + 1, partition: 0);

        Assert.Equal(Noon + (4 * Minute) + 1, _clock.Watermark);
    }

    [Fact]
    public void A_partition_that_comes_back_from_idling_does_not_pull_it_back()
    {
        See(Noon, partition: 0);
        See(Noon, partition: 1);
        See(Noon + (30 * Minute), partition: 0);
        See(Noon + (26 * Minute), partition: 1);

        Assert.Equal(Noon + (29 * Minute), _clock.Watermark);
    }

    private void See(long at, string user = "u1", int partition = 0) =>
        _clock.Observe(new Line("click", "c", at, user).ToEvent(), partition);
}
