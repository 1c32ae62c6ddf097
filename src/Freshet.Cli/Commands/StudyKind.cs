using Freshet.Cli.Output;
using Freshet.Core.Events;
using Freshet.Experiments;
using Freshet.Experiments.Reports;
using Freshet.Experiments.Studies;
using Freshet.Pipeline.Tracks;
using Freshet.Scenes;

namespace Freshet.Cli.Commands;

/// <summary>A study that <c>replay --study</c> names.</summary>
internal sealed class StudyKind
{
    private readonly bool _isAdmission;

    private StudyKind(bool isAdmission) => _isAdmission = isAdmission;

    /// <exception cref="WrongUseException">There is no such study.</exception>
    public static StudyKind? Read(string? name) => name switch
    {
        null => null,
        "admission" => new StudyKind(isAdmission: true),
        "frequency" => new StudyKind(isAdmission: false),
        _ => throw new WrongUseException($"--study is '{name}'; use 'admission' or 'frequency'. Nothing was started."),
    };

    /// <summary>The arms where none is named.</summary>
    public string Arms(Scene scene) => _isAdmission ? TrackPlan.NameOf(scene) : FrequencyLadder.Arms;

    /// <exception cref="WrongUseException">The other options do not go with the study.</exception>
    public void Check(IReadOnlyList<TrackPlan> arms, IReadOnlyList<string> others)
    {
        List<string> mistakes = [];
        if (_isAdmission && arms.Count != 1)
        {
            mistakes.Add($"--study admission compares rules at one update frequency and --arms names {arms.Count}; name one.");
        }

        if (others.Count > 0)
        {
            mistakes.Add($"--study keeps no events, lines or models; leave out {string.Join(" and ", others)}.");
        }

        if (mistakes.Count > 0)
        {
            throw new WrongUseException($"{string.Join(' ', mistakes)} Nothing was started.");
        }
    }

    public StudyReport Run(
        Scene scene, Func<IEventSource> open, LoopOptions options, Action<LoopProgress> progress, CancellationToken cancellation) => _isAdmission
        ? Study.Admission(scene, open, options, TimeProvider.System, progress, cancellation)
        : Study.Frequency(scene, open, options, TimeProvider.System, progress, cancellation);
}
