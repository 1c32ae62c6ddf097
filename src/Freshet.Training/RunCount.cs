using Freshet.Models;

namespace Freshet.Training;

/// <summary>A run whose samples are counted before they are learnt, where slots of the model ask for it (<c>count: batch</c>); its counts end with it.</summary>
internal readonly struct RunCount : IDisposable
{
    private readonly RankingModel _model;

    private RunCount(RankingModel model) => _model = model;

    /// <summary>Counts.</summary>
    /// <param name="model">Learns the run; not changed until then.</param>
    /// <param name="phase">Base or increment.</param>
    /// <param name="count">Adds every sample of the run; not called where nobody asks.</param>
    public static RunCount Begin(RankingModel model, LearnPhase phase, Action<RunCounts> count)
    {
        if (RunCounts.AreNeeded(model, phase))
        {
            model.RunCounts = new RunCounts(model, phase);
            count(model.RunCounts);
        }

        return new RunCount(model);
    }

    public void Dispose() => _model.RunCounts = null;
}
