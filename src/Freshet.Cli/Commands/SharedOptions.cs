using System.CommandLine;
using System.Globalization;
using Freshet.Cli.Output;
using Freshet.Models;
using Freshet.Scenes;
using Freshet.Scenes.Reading;

namespace Freshet.Cli.Commands;

/// <summary>Options that several commands have, with one meaning.</summary>
internal static class SharedOptions
{
    // The days before and behind a day of these years are days too.
    private const int FirstYear = 1900, LastYear = 2999;

    public static Option<FileInfo?> Report() => new("--report") { Description = "Writes the report as JSON to this file (fields: docs/formats.md)." };

    public static Option<FileInfo?> ExportEvents() => new("--export-events")
    {
        Description = "Writes all events to this file in the event format (gzip where the name ends in .gz).",
    };

    public static Option<DirectoryInfo?> ExportLog() => new("--export-log")
    {
        Description = "Writes all events to this folder as an event log, which --log reads. The folder must be missing or empty.",
    };

    public static Option<DirectoryInfo?> Log() => new("--log")
    {
        Description = "Folder of an event log; its partitions are merged by arrival. Needs --scene.",
    };

    public static Option<DirectoryInfo?> Out() => new("--out")
    {
        Description = "Keeps the published models in this folder. Default: a temporary folder, removed at the end.",
    };

    public static Option<string?> BaseUntil() => new("--base-until")
    {
        Description = "Last day (yyyy-MM-dd, a day of the scene) of the first base. Default: the first day of the log.",
    };

    /// <exception cref="WrongUseException">No day.</exception>
    public static DateOnly? ReadDay(ParseResult result, Option<string?> option) => result.GetValue(option) switch
    {
        null => null,
        { } text when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)
            && day.Year is >= FirstYear and <= LastYear => day,
        { } text => throw new WrongUseException($"{option.Name} is '{text}'; use a day such as 2022-04-30, of the years {FirstYear} to {LastYear}. Nothing was started."),
    };

    public static Option<string> PublishDelay() => new("--publish-delay")
    {
        Description = "Time from a cutoff to the moment its model is live, such as '30s' or '2m'.",
        DefaultValueFactory = _ => "30s",
    };

    /// <exception cref="WrongUseException">No time from 0 s to 1 h.</exception>
    public static TimeSpan ReadDelay(string text) => DurationText.TryParse(text, out TimeSpan delay) && delay <= TimeSpan.FromHours(1)
        ? delay
        : throw new WrongUseException($"--publish-delay is '{text}'; use a time from '0s' to '60m'. Nothing was started.");

    public static Option<string?> Model() => new("--model")
    {
        Description = $"Model of the zoo instead of the scene's: {string.Join(", ", RankingModel.Zoo)}.",
    };

    /// <summary>The scene with another model of the zoo, where one is asked for.</summary>
    /// <exception cref="WrongUseException">The zoo has no such model.</exception>
    public static Scene WithModel(Scene scene, string? model) => model is null || RankingModel.Zoo.Contains(model)
        ? scene with { Model = scene.Model with { Name = model ?? scene.Model.Name } }
        : throw new WrongUseException($"--model is '{model}'; use one of {string.Join(", ", RankingModel.Zoo)}. Nothing was started.");
}
