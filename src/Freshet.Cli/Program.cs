using Freshet.Cli.Commands;
using Freshet.Cli.Output;

namespace Freshet.Cli;

/// <summary>The <c>freshet</c> command: exits with 0, 1 (failed) or 2 (wrong use).</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var root = new System.CommandLine.RootCommand(
            "Freshet keeps a ranking model as fresh as the stream it learns from.")
        {
            DemoCommand.Create(),
            ReplayCommand.Create(),
            JoinCommand.Create(),
            InspectCommand.Create(),
            InitCommand.Create(),
            BenchCommand.Create(),
        };
        System.CommandLine.ParseResult result = root.Parse(args);
        if (result.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError error in result.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            await Console.Error.WriteLineAsync($"Nothing was started. '{Usage(result)} --help' lists the options.");
            return ExitCode.WrongUse;
        }

        return await result.InvokeAsync(new System.CommandLine.InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static string Usage(System.CommandLine.ParseResult result)
    {
        string names = "";
        for (var at = result.CommandResult; at.Command is not System.CommandLine.RootCommand; at = (System.CommandLine.Parsing.CommandResult)at.Parent!)
        {
            names = $" {at.Command.Name}{names}";
        }

        return "freshet" + names;
    }
}
