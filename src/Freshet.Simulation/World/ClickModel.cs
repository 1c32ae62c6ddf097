namespace Freshet.Simulation.World;

/// <summary>The truth: the probability that an impression is clicked (docs/simulation.md).</summary>
internal sealed class ClickModel(UserPopulation users, HostPopulation hosts, AirSchedule schedule, Fashion fashion)
{
    private const double Intercept = -1.6;
    private const double ContentWeight = 0.35; // √4 · 0.35 = 0.7 logits of standard deviation
    private const double PositionSlope = 0.35;

    // What an activity does for every host: perform, chat, pk, contest, game, rest.
    private static readonly double[] s_activities = [0.15, 0, 0.35, 0.5, 0.1, -0.7];

    /// <summary>σ(intercept + affinity + appeal + activity − slope·ln(1 + position)).</summary>
    public double Probability(int user, int host, long offset, int position) => 1 / (1 + Math.Exp(-Logit(user, host, offset, position)));

    /// <summary>How well user and host fit at that time, in logits: taste for the category + fashion + content.</summary>
    public double Affinity(int user, int host, long offset)
    {
        ReadOnlySpan<double> likes = users.LatentOf(user), content = hosts.Content(host, offset);
        double dot = 0;
        for (int i = 0; i < likes.Length; i++)
        {
            dot += likes[i] * content[i];
        }

        int category = hosts.Category(host);
        return users.Taste(user, category) + fashion.Of(users.AgeRange(user), category, offset) + (ContentWeight * dot);
    }

    private double Logit(int user, int host, long offset, int position)
    {
        double activity = schedule.TryFind(host, offset, out Broadcast stretch)
            ? s_activities[stretch.Activity] + hosts.ActivityAppeal(host, stretch.Activity)
            : 0;
        return Intercept + Affinity(user, host, offset) + hosts.Appeal(host, offset) + activity
            - (PositionSlope * Math.Log(1 + position));
    }
}
