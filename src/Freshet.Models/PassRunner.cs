using Freshet.Core;
using Freshet.Core.Snapshots;
using Freshet.Embeddings;
using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Models.Blocks;
using Freshet.Models.Parameters;
using Freshet.Models.Threads;

namespace Freshet.Models;

/// <summary>Runs the phases of one batch over a team of threads; what they are is said in <see cref="Block"/>.</summary>
/// <remarks>The bodies of the phases are made once: a call allocates nothing.</remarks>
internal sealed class PassRunner
{
    /// <summary>A sum of gradients of one row beyond this is an explosion: its square would not be a number that a table may hold.</summary>
    private const float MostGradient = 1e15f;

    private readonly Pass _pass;
    private readonly WorkerTeam _team;
    private readonly Action<int> _find;
    private readonly Action<int> _groupForward;
    private readonly Action<int> _sampleForward;
    private readonly Action<int> _forward;
    private readonly Action<int> _sampleLearn;
    private readonly Action<int> _groupBackward;
    private readonly Action<int> _sampleFinish;
    private readonly Action<int> _learn;
    private readonly Action<int> _gradient;
    private readonly Action<int> _norm;
    private readonly Action<int> _step;
    private readonly Action<int> _prepare;
    private RankingModel _model = null!;
    private LearnBatch _batch = null!;
    private LearnPhase _phase;
    private int _sampleStep;
    private float[] _norms = [];
    private bool[] _rowsFit = [];
    private float _denseScale;
    private RowLearning _rows = new();
    private AdamSettings _adam;

    public PassRunner(Pass pass, WorkerTeam team)
    {
        _pass = pass;
        _team = team;
        _find = Find;
        _groupForward = GroupForward;
        _sampleForward = SampleForward;
        _forward = Forward;
        _sampleLearn = SampleLearn;
        _groupBackward = GroupBackward;
        _sampleFinish = SampleFinish;
        _learn = Learn;
        _gradient = Gradient;
        _norm = Norm;
        _step = Step;
        _prepare = Prepare;
    }

    /// <summary>Logits of some rows, into the pass.</summary>
    public void Predict(RankingModel model, SnapshotColumns rows, int first, int count, bool referenceBias)
    {
        _model = model;
        _pass.Begin(model.Shape, model.Sparse, rows, first, count, learns: false);
        FindRows(referenceBias);
        _pass.MakeRoom(model.Shape, model.Plan);

        // Equal shares of samples, each in as few pieces as may be.
        int pieces = Math.Min(_pass.SamplePieces, _team.Threads);
        _sampleStep = pieces == 0 ? Pass.Piece : PanelMatrix.RoundUp((count + pieces - 1) / pieces, PanelMatrix.RowStep);
        if (_pass.Groups.IsShared)
        {
            _team.Run(_pass.GroupPieces, _groupForward);
            _team.Run(pieces, _sampleForward);
        }
        else
        {
            _team.Run(_pass.SamplePieces, _forward);
        }
    }

    /// <summary>Forward and backward pass of a batch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">Samples with labels.</param>
    /// <param name="phase">Base or increment.</param>
    /// <param name="choices">[groups × (1 + K)] what the auxiliary loss chooses from, where a fixture gives it; empty: drawn.</param>
    /// <returns>The loss, and the auxiliary loss in it without its weight.</returns>
    public (double Loss, double Auxiliary) Backward(RankingModel model, LearnBatch batch, LearnPhase phase, ReadOnlySpan<int> choices)
    {
        (_model, _batch, _phase) = (model, batch, phase);
        ModelShape shape = model.Shape;
        _pass.Begin(shape, model.Sparse, batch.Features, 0, batch.Count, learns: true);
        FindRows(referenceBias: false);
        if (!batch.IsRepeat && model.Finder.Split(_pass, phase))
        {
            FindRows(referenceBias: false);
        }

        model.Embeddings.Day = batch.Day;
        _pass.IsRepeat = batch.IsRepeat;
        if (model.Embeddings.NeedsPositives)
        {
            _pass.NotePositives(batch.Labels, shape.Tasks);
        }

        model.Finder.Sight(_pass, batch.IsRepeat, phase, model.Samples, model.Horizon, model.RunCounts);
        if (choices.IsEmpty)
        {
            model.Finder.DrawChoices(_pass, SplitMix64.Mix(shape.Scene.Model.Seed, (ulong)model.Steps));
        }
        else
        {
            _pass.Choices.Set(_pass.Groups, shape.Negatives, shape.AuxiliaryWeight, choices);
        }

        _pass.MakeRoom(shape, model.Plan);
        model.Learner.Begin(_pass, _team.Threads);
        if (model.NeedsPreparation)
        {
            _team.Run(model.BackwardPieces.Count, _prepare);
            model.NeedsPreparation = false;
        }

        if (_pass.Groups.IsShared)
        {
            _team.Run(_pass.GroupPieces, _groupForward);
            _team.Run(_pass.SamplePieces, _sampleLearn);
            _team.Run(_pass.GroupPieces, _groupBackward);
            _team.Run(_pass.SamplePieces, _sampleFinish);
        }
        else
        {
            _team.Run(_pass.SamplePieces, _learn);
        }

        double loss = 0, auxiliary = _pass.ChoiceLoss();
        bool isFinite = true;
        for (int piece = 0; piece < _pass.SamplePieces; piece++)
        {
            loss += _pass.Losses[piece];
            isFinite &= _pass.IsFinite[piece];
        }

        loss = (loss / batch.Count) + (shape.AuxiliaryWeight * auxiliary);
        if (!isFinite || !double.IsFinite(loss))
        {
            model.ThrowNotFinite("The loss");
        }

        ModelWorkspace.Grow(ref _rowsFit, model.Learner.Pieces);
        _team.Run(model.Learner.Pieces + model.GradientPieces.Count, _gradient);
        return (loss, auxiliary);
    }

    /// <summary>One step of every optimiser, with the gradients of <see cref="Backward"/>.</summary>
    /// <exception cref="ModelException">A gradient is not finite; nothing was changed.</exception>
    public void Step()
    {
        RankingModel model = _model;
        DenseParameters dense = model.Dense;
        ModelWorkspace.Grow(ref _norms, dense.StepCount);
        _team.Run(dense.StepCount, _norm);
        double square = 0;
        for (int piece = 0; piece < dense.StepCount; piece++)
        {
            square += _norms[piece];
        }

        bool rowsFit = true;
        for (int piece = 0; piece < model.Learner.Pieces; piece++)
        {
            rowsFit &= _rowsFit[piece];
        }

        if (!rowsFit || !(square <= (double)MostGradient * MostGradient))
        {
            model.ThrowNotFinite("A gradient", " or beyond 1e15");
        }

        LearningRates rates = model.Rates;
        int count = _batch.Count, full = Math.Max(count, _batch.FullCount);
        float factor = rates.FactorOf(model.Steps);
        _adam = rates.Adam with { LearningRate = rates.Adam.LearningRate * factor * count / full };
        _denseScale = rates.ScaleOf(square, count);
        _rows = rates.Rows(factor, full);
        _team.Run(model.Learner.Pieces + dense.StepCount, _step);
        dense.Steps++;
        model.Samples += count;
        model.Prepare();
    }

    private void FindRows(bool referenceBias)
    {
        _team.Run(_model.Finder.BeginFind(_pass), _find);
        _model.Finder.EndFind(_pass, referenceBias);
    }

    private void Find(int piece) => _model.Finder.Find(_pass, piece);

    private void GroupForward(int piece)
    {
        (int first, int count) = Groups(piece);
        foreach (Block block in _model.Blocks)
        {
            block.GroupForward(_pass, first, count);
        }
    }

    private void SampleForward(int piece)
    {
        int first = piece * _sampleStep;
        SampleForward(first, Math.Min(_sampleStep, _pass.SampleCount - first));
    }

    private void SampleForward(int first, int count)
    {
        for (int end = first + count; first < end; first += Pass.Piece)
        {
            foreach (Block block in _model.Blocks)
            {
                block.SampleForward(_pass, first, Math.Min(Pass.Piece, end - first));
            }
        }
    }

    private void Forward(int piece)
    {
        GroupForward(piece);
        (int first, int count) = Samples(piece);
        SampleForward(first, count);
    }

    private void Learn(int piece)
    {
        GroupForward(piece);
        SampleLearn(piece);
        GroupBackward(piece);
        SampleFinish(piece);
    }

    private void SampleLearn(int piece)
    {
        (int first, int count) = Samples(piece);
        SampleForward(first, count);
        _model.Heads.Learn(_pass, _batch, first, count);
        Block[] blocks = _model.Blocks;
        for (int i = blocks.Length - 1; i >= 0; i--)
        {
            blocks[i].SampleBackward(_pass, first, count);
        }
    }

    private void GroupBackward(int piece)
    {
        (int first, int count) = Groups(piece);
        _pass.ClearPartials(first);
        Block[] blocks = _model.Blocks;
        for (int i = blocks.Length - 1; i >= 0; i--)
        {
            blocks[i].GroupBackward(_pass, first, count);
        }
    }

    private void SampleFinish(int piece)
    {
        (int first, int count) = Samples(piece);
        Block[] blocks = _model.Blocks;
        for (int i = blocks.Length - 1; i >= 0; i--)
        {
            blocks[i].SampleFinish(_pass, first, count);
        }
    }

    private void Gradient(int piece)
    {
        if (piece < _model.Learner.Pieces)
        {
            _rowsFit[piece] = _model.Learner.Sum(piece, _phase, MostGradient);
            return;
        }

        (Block block, int part) = _model.GradientPieces[piece - _model.Learner.Pieces];
        block.Gradient(_pass, part);
    }

    private void Norm(int piece) => _norms[piece] = _model.Dense.SquaredNorm(piece, _phase);

    private void Step(int piece)
    {
        if (piece < _model.Learner.Pieces)
        {
            _model.Learner.Step(piece, _rows);
            return;
        }

        _model.Dense.Step(piece - _model.Learner.Pieces, _denseScale, _adam, _phase);
    }

    private void Prepare(int piece)
    {
        (Block block, int part) = _model.BackwardPieces[piece];
        block.PrepareBackward(part);
    }

    private (int First, int Count) Groups(int piece)
    {
        int first = piece * _pass.GroupPiece;
        return (first, Math.Min(_pass.GroupPiece, _pass.Groups.Count - first));
    }

    private (int First, int Count) Samples(int piece)
    {
        int first = piece * Pass.Piece;
        return (first, Math.Min(Pass.Piece, _pass.SampleCount - first));
    }
}
