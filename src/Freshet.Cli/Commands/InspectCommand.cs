using System.CommandLine;

namespace Freshet.Cli.Commands;

/// <summary><c>freshet inspect …</c>: what the stages see and what is in the files, and why.</summary>
internal static class InspectCommand
{
    public static Command Create() => new("inspect", "Shows what the stages see and what they wrote, and why it is so.")
    {
        InspectSamplesCommand.Create(),
        InspectSampleCommand.Create(),
        InspectDelaysCommand.Create(),
        InspectFeaturesCommand.Create(),
        InspectLogCommand.Create(),
    };
}
