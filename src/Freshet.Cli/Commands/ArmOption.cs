using Freshet.Cli.Output;
using Freshet.Experiments.Arms;

namespace Freshet.Cli.Commands;

/// <summary>Reads the list of <c>--arms</c>.</summary>
internal static class ArmOption
{
    /// <exception cref="WrongUseException">A name is no update frequency, or stands twice.</exception>
    public static IReadOnlyList<ArmPlan> Read(string text)
    {
        try
        {
            return ArmPlan.ParseList(text);
        }
        catch (FormatException e)
        {
            throw new WrongUseException(e.Message, e);
        }
    }
}
