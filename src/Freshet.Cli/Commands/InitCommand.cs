using System.CommandLine;
using System.Text;
using Freshet.Cli.Output;
using Freshet.Core.Files;
using Freshet.Scenes;

namespace Freshet.Cli.Commands;

/// <summary><c>freshet init DIR</c>: a commented scene to start from.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("DIR") { Description = "Folder for scene.yaml and scene.schema.json; made where it is missing." };
        var command = new Command("init", "Writes a commented scene.yaml to start from, with its JSON Schema for editors.") { folder };
        command.SetAction(result => Guard.Run(() => Run(result.GetValue(folder)!)));
        return command;
    }

    private static int Run(DirectoryInfo folder)
    {
        folder.Create();
        string scene = Path.Combine(folder.FullName, SceneExample.YamlFileName);
        if (File.Exists(scene))
        {
            throw new WrongUseException($"'{scene}' is there already and was left as it is. Name another folder.");
        }

        AtomicFile.Write(Path.Combine(folder.FullName, SceneExample.SchemaFileName), Encoding.UTF8.GetBytes(SceneExample.Schema));
        AtomicFile.Write(scene, Encoding.UTF8.GetBytes(SceneExample.Yaml));
        Console.Out.WriteLine($"Wrote {scene} and its schema. Every setting is explained there.");
        return ExitCode.Done;
    }
}
