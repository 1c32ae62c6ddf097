using System.Globalization;
using Freshet.Scenes;
using Freshet.Scenes.Reading;

namespace Freshet.Pipeline.Tracks;

/// <summary>How often one arm's model is brought up to date. All arms see the same events.</summary>
/// <param name="Name">As it was asked for: <c>frozen</c>, <c>daily</c>, <c>full</c>, <c>2h</c>, <c>15m</c>, <c>streaming</c>.</param>
/// <param name="Every">Time between increments, or between trainings of a full arm; null: neither.</param>
/// <param name="FollowsBases">Whether the arm takes each day's base; a frozen arm keeps the first.</param>
public sealed record TrackPlan(string Name, TimeSpan? Every, bool FollowsBases)
{
    private static readonly TimeSpan s_fullEvery = TimeSpan.FromHours(2);

    /// <summary>Whether the arm learns the whole base window from scratch each time, whatever the scene restarts from.</summary>
    public bool IsFull { get; init; }

    /// <summary>Whether the arm learns each mini-batch as it is attributed, and publishes every <c>sync.every</c> of the scene.</summary>
    public bool IsStreaming { get; init; }

    /// <summary>The name of the arm that is brought up to date as <paramref name="scene"/> says.</summary>
    public static string NameOf(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return scene.Training.IsStreaming ? "streaming" : string.Create(CultureInfo.InvariantCulture, $"{(int)scene.Training.IncrementEvery.TotalMinutes}m");
    }

    /// <summary>Reads a list such as <c>frozen,daily,2h,15m</c>.</summary>
    /// <exception cref="FormatException">A name is none of these, or stands twice; the message lists all mistakes.</exception>
    public static IReadOnlyList<TrackPlan> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<TrackPlan> plans = [];
        List<string> mistakes = [];
        foreach (string name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (TryParse(name) is not { } plan)
            {
                mistakes.Add($"Arm '{name}' is no update frequency; use 'frozen', 'daily', 'full', 'full-4h', 'streaming', or a time from 1m to 12h such as '15m' or '2h'.");
            }
            else if (plans.Exists(other => other.Name == name))
            {
                mistakes.Add($"Arm '{name}' stands twice; name each once.");
            }
            else
            {
                plans.Add(plan);
            }
        }

        if (plans.Count == 0 && mistakes.Count == 0)
        {
            mistakes.Add("No arm is named; use for example 'daily,2h,15m'.");
        }

        return mistakes.Count == 0 ? plans : throw new FormatException(string.Join(" ", mistakes));
    }

    private static TrackPlan? TryParse(string name)
    {
        switch (name)
        {
            case "frozen":
                return new TrackPlan(name, null, FollowsBases: false);
            case "daily":
                return new TrackPlan(name, null, FollowsBases: true);
            case "streaming":
                return new TrackPlan(name, null, FollowsBases: true) { IsStreaming = true };
            case "full":
                return new TrackPlan(name, s_fullEvery, FollowsBases: false) { IsFull = true };
            case string when name.StartsWith("full-", StringComparison.Ordinal):
                return ReadTime(name["full-".Length..]) is { } between ? new TrackPlan(name, between, FollowsBases: false) { IsFull = true } : null;
            default:
                return ReadTime(name) is { } time ? new TrackPlan(name, time, FollowsBases: true) : null;
        }
    }

    private static TimeSpan? ReadTime(string text)
    {
        bool isTime = DurationText.TryParse(text, out TimeSpan time) && text[^1] is 'm' or 'h';
        return isTime && time >= TimeSpan.FromMinutes(1) && time <= TimeSpan.FromHours(12) ? time : null;
    }
}
