using System.CommandLine;
using System.Globalization;
using Freshet.Cli.Output;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Cli.Commands;

/// <summary>Options that several commands have, with one meaning.</summary>
internal static class SharedOptions
{
    public static Option<FileInfo?> Report() => new("--report") { Description = "Writes the report as JSON to this file (fields: docs/formats.md)." };

    public static Option<FileInfo?> ExportEvents() => new("--export-events")
    {
        Description = "Writes all events to this file in the event format (gzip where the name ends in .gz).",
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
        { } text when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) => day,
        { } text => throw new WrongUseException($"{option.Name} is '{text}'; use a day such as 2022-04-30. Nothing was started."),
    };

    public static Option<string> PublishDelay() => new("--publish-delay")
    {
        Description = "Time from a cutoff to the moment its model is live, such as '30s' or '2m'.",
        DefaultValueFactory = _ => "30s",
    };

    /// <exception cref="WrongUseException">No time from 0 s to 1 h.</exception>
    public static TimeSpan ReadDelay(string text)
    {
        bool isNumber = int.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out int count);
        int unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, _ => 0 };
        return isNumber && unit > 0 && count <= 3600 / unit
            ? TimeSpan.FromSeconds(count * unit)
            : throw new WrongUseException($"--publish-delay is '{text}'; use a time from '0s' to '60m'. Nothing was started.");
    }

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
