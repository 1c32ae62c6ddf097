using System.CommandLine;
using System.Globalization;

namespace Freshet.Cli.Commands;

/// <summary>An option that is a whole number in a range.</summary>
internal sealed class CountOption(string name, string what, int value, int least, int most)
{
    public Option<int> Option { get; } = new(name)
    {
        Description = string.Create(CultureInfo.InvariantCulture, $"{what}, {least:N0} to {most:N0}."),
        DefaultValueFactory = _ => value,
    };

    /// <summary>The number; what is wrong with it is added to <paramref name="mistakes"/>.</summary>
    public int Read(ParseResult result, List<string> mistakes)
    {
        int number = result.GetValue(Option);
        if (number < least || number > most)
        {
            mistakes.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {number}; use {least:N0} to {most:N0}."));
        }

        return number;
    }
}
