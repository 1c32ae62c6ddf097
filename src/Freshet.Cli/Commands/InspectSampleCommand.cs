using System.CommandLine;
using Freshet.Cli.Output;
using Freshet.Core.Events;
using Freshet.Pipeline.Joining;
using Freshet.Samples.Stories;
using Freshet.Scenes;

namespace Freshet.Cli.Commands;

/// <summary><c>freshet inspect sample</c>: the story of one sample, and why each label is what it is.</summary>
internal static class InspectSampleCommand
{
    private static readonly JoinInput s_input = new();
    private static readonly IdFilter s_filter = new();

    public static Command Create()
    {
        var command = new Command("sample", "Tells the story of one sample: every event, what became of it, and why each label is what it is.");
        foreach (Option option in s_input.All.Concat(s_filter.All))
        {
            command.Add(option);
        }

        command.SetAction((result, cancellation) => Guard.RunAsync(() => Run(result, cancellation)));
        return command;
    }

    private static int Run(ParseResult result, CancellationToken cancellation)
    {
        Scene scene = s_input.Scene(result);
        long? cutoff = s_input.Cutoff(result, scene);
        if (s_filter.Read(result) is (null, null, null))
        {
            throw new WrongUseException("No sample was named; give --request and --item, or --user with them. Nothing was read.");
        }

        using IEventSource source = s_input.Open(result, scene);
        StoryTeller teller = StoryRun.Run(scene, source, cutoff, (user, request, item) => s_filter.Admits(result, user, request, item), cancellation);
        IReadOnlyList<SampleStory> stories = teller.Tell();
        if (stories.Count != 1)
        {
            throw new WrongUseException(stories.Count == 0
                ? "No event has these ids, so there is no story. Check --user, --request and --item."
                : $"{teller.IdentityCount} identities have these ids: {string.Join(", ", stories.Take(5).Select(Named))}{(teller.IdentityCount > 5 ? " …" : "")}. Give --user, --request and --item of one.");
        }

        Console.Out.Write(StoryText.Of(stories[0], scene, cutoff));
        return ExitCode.Done;
    }

    private static string Named(SampleStory story) => $"(--user {story.UserId} --request {story.RequestId} --item {story.ItemId})";
}
