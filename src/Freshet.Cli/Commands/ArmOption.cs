using Freshet.Cli.Output;
using Freshet.Pipeline.Tracks;

namespace Freshet.Cli.Commands;

/// <summary>Reads the list of <c>--arms</c>.</summary>
internal static class ArmOption
{
    /// <exception cref="WrongUseException">A name is no update frequency, or stands twice.</exception>
    public static IReadOnlyList<TrackPlan> Read(string text)
    {
        try
        {
            return TrackPlan.ParseList(text);
        }
        catch (FormatException e)
        {
            throw new WrongUseException(e.Message, e);
        }
    }
}
