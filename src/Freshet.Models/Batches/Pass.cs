using Freshet.Core.Snapshots;
using Freshet.Kernels;
using Freshet.Models.Inputs;
using Freshet.Native;

namespace Freshet.Models.Batches;

/// <summary>One batch on its way through a model: its samples, their rows, and every intermediate result.</summary>
internal sealed class Pass : IDisposable
{
    /// <summary>Samples of a piece of work, and groups where no sample shares its group.</summary>
    public const int Piece = 64;

    /// <summary>Groups of a piece of work where samples share them: there are fewer.</summary>
    public const int SharedPiece = 16;

    private readonly WorkspaceMatrices _matrices = new();
    private readonly AlignedBuffer _partials = new();
    private int[] _owners = [];
    private float[] _groupLogits = [];
    private float[] _logits = [];
    private float[] _logitGradients = [];
    private double[] _losses = [];
    private double[] _choiceLosses = [];
    private bool[] _isFinite = [];
    private bool[] _isPositive = [];
    private bool _hasPositives;
    private int _partialLength;

    /// <summary>Where rows come from.</summary>
    public SparseInput Input { get; private set; } = null!;

    /// <summary>The snapshots that the batch is a part of.</summary>
    public SnapshotColumns Columns { get; private set; } = null!;

    /// <summary>First row of the batch there.</summary>
    public int First { get; private set; }

    /// <summary>Samples.</summary>
    public int SampleCount { get; private set; }

    /// <summary>Whether a backward pass follows.</summary>
    public bool Learns { get; private set; }

    /// <summary>Whether the batch was learnt before in the same run.</summary>
    public bool IsRepeat { get; set; }

    /// <summary>Which samples share their user side.</summary>
    public RequestGroups Groups { get; } = new();

    /// <summary>The histories.</summary>
    public HistoryRows History { get; } = new();

    /// <summary>What the auxiliary loss chooses from.</summary>
    public Choices Choices { get; } = new();

    /// <summary>[slots] ids and rows.</summary>
    public SlotRows[] Slots { get; private set; } = [];

    /// <summary>[samples] row of each sample's position; -1 = none.</summary>
    public int[] BiasRows = [];

    /// <summary>[samples] row of each sample's item in the output table; -1 = none.</summary>
    public int[] OutputRows = [];

    /// <summary>[samples] whether a sample has a positive label; empty where no row has a score.</summary>
    public ReadOnlySpan<bool> IsPositive => _isPositive.AsSpan(0, _hasPositives ? SampleCount : 0);

    /// <summary>[groups] row of each group's most recent item in the output table; -1 = takes no part in the auxiliary loss.</summary>
    public int[] PositiveRows = [];

    /// <summary>Groups of a piece of work.</summary>
    public int GroupPiece => Groups.IsShared ? SharedPiece : Piece;

    /// <summary>Pieces of groups.</summary>
    public int GroupPieces => (Groups.Count + GroupPiece - 1) / GroupPiece;

    /// <summary>Pieces of samples.</summary>
    public int SamplePieces => (SampleCount + Piece - 1) / Piece;

    /// <summary>[samples × heads].</summary>
    public Span<float> Logits => _logits;

    /// <summary>[groups × heads] what the user's slots add to the logits of all samples of a group.</summary>
    public Span<float> GroupLogits => _groupLogits;

    /// <summary>Notes which samples have a positive label.</summary>
    /// <param name="labels">[samples × T].</param>
    /// <param name="tasks">T.</param>
    public void NotePositives(ReadOnlySpan<float> labels, int tasks)
    {
        _hasPositives = true;
        ModelWorkspace.Grow(ref _isPositive, SampleCount);
        for (int sample = 0; sample < SampleCount; sample++)
        {
            _isPositive[sample] = labels.Slice(sample * tasks, tasks).ContainsAnyExcept(0f);
        }
    }

    /// <summary>[samples × heads] ∂(sum of losses)/∂logit.</summary>
    public Span<float> LogitGradients => _logitGradients;

    /// <summary>[pieces of samples] loss of each.</summary>
    public Span<double> Losses => _losses;

    /// <summary>[pieces of samples] whether all logits of each are finite.</summary>
    public Span<bool> IsFinite => _isFinite;

    /// <summary>Sums of the pieces of work.</summary>
    public AlignedBuffer Partials => _partials;

    /// <summary>0, 1, 2, … : the owners of a side where each owner is a sample.</summary>
    public ReadOnlySpan<int> Identity => _owners;

    /// <summary>A matrix of the workspace.</summary>
    public PanelMatrix this[int matrix] => _matrices[matrix];

    /// <summary>Turns to a batch; its groups are found, nothing else.</summary>
    public void Begin(ModelShape shape, SparseInput input, SnapshotColumns columns, int first, int count, bool learns)
    {
        Input = input;
        (Columns, First, SampleCount, Learns) = (columns, first, count, learns);
        if (Slots.Length != shape.Slots)
        {
            Slots = [.. Enumerable.Range(0, shape.Slots).Select(_ => new SlotRows())];
        }

        ModelWorkspace.Grow(ref BiasRows, count);
        ModelWorkspace.Grow(ref OutputRows, count);
        int known = _owners.Length;
        ModelWorkspace.Grow(ref _owners, count);
        if (_owners.Length > known)
        {
            for (int i = 0; i < _owners.Length; i++)
            {
                _owners[i] = i;
            }
        }

        Choices.Clear();
        Groups.Find(columns, first, count, shape.Layout);
    }

    /// <summary>Makes room for all results of the batch; rows have been found.</summary>
    public void MakeRoom(ModelShape shape, WorkspacePlan plan)
    {
        int heads = shape.Heads;
        ModelWorkspace.Grow(ref _logits, SampleCount * heads);
        ModelWorkspace.Grow(ref _groupLogits, Groups.Count * heads);
        if (Learns)
        {
            ModelWorkspace.Grow(ref _logitGradients, SampleCount * heads);
            ModelWorkspace.Grow(ref _losses, SamplePieces);
            ModelWorkspace.Grow(ref _isFinite, SamplePieces);
            ModelWorkspace.Grow(ref _choiceLosses, GroupPieces);
            _choiceLosses.AsSpan().Clear();
            _partialLength = plan.PartialLength;
            _partials.Grow((long)GroupPieces * _partialLength);
        }

        bool hasHistory = shape.HistoryLength > 0;
        _matrices.MakeRoom(
            plan,
            [
                SampleCount, Groups.Count, hasHistory ? History.Length : 0, hasHistory ? History.SampleLength : 0,
                Groups.Count * (1 + shape.Negatives),
            ],
            Learns);
    }

    /// <summary>Rows of the histories of some groups, those of nothing included; they begin at a multiple of 8.</summary>
    public (int Start, int Length) HistoryRange(int first, int count)
    {
        int start = History.Starts[first], end = first + count == Groups.Count ? History.Length : History.Starts[first + count];
        return (start, end - start);
    }

    /// <summary>Rows of the samples' own histories, those of nothing included; they begin at a multiple of 8 where the first sample does.</summary>
    public (int Start, int Length) SampleHistoryRange(int first, int count)
    {
        int start = History.SampleStarts[first], end = first + count == SampleCount ? History.SampleLength : History.SampleStarts[first + count];
        return (start, end - start);
    }

    /// <summary>Where the sums of the piece of work that begins at a group begin.</summary>
    public long PartialStart(int firstGroup) => (long)(firstGroup / GroupPiece) * _partialLength;

    /// <summary>Sums of the piece of work that begins at a group.</summary>
    public Span<float> Partial(int firstGroup, int start, int length) => _partials.Slice(PartialStart(firstGroup) + start, length);

    /// <summary>Sets the sums of a piece of work to 0.</summary>
    public void ClearPartials(int firstGroup) => _partials.Slice(PartialStart(firstGroup), _partialLength).Clear();

    /// <summary>Sums of all pieces of work, in order.</summary>
    public void SumPartials(int start, Span<float> sums)
    {
        sums.Clear();
        for (int piece = 0; piece < GroupPieces; piece++)
        {
            Kernels.Vectors.Add(sums, _partials.Slice(((long)piece * _partialLength) + start, sums.Length));
        }
    }

    /// <summary>Keeps the auxiliary loss of a piece of work.</summary>
    public void NoteChoiceLoss(int firstGroup, double loss) => _choiceLosses[firstGroup / GroupPiece] = loss;

    /// <summary>The mean auxiliary loss; 0 where no group takes part.</summary>
    public double ChoiceLoss()
    {
        double sum = 0;
        for (int piece = 0; piece < GroupPieces; piece++)
        {
            sum += _choiceLosses[piece];
        }

        return Choices.IsEmpty ? 0 : sum / Choices.Count;
    }

    public void Dispose()
    {
        _matrices.Dispose();
        _partials.Dispose();
    }
}
