using System.Globalization;
using Freshet.Embeddings;
using Freshet.Kernels;
using Freshet.Scenes;

namespace Freshet.Models;

/// <summary>What scales the steps of the optimisers: warm-up, clipping, and sum or mean.</summary>
internal sealed class LearningRates
{
    private const float RowEpsilon = 1e-8f;
    private readonly int _warmup;
    private readonly double _clip;
    private readonly bool _takesMean;
    private readonly AdagradSettings _adagrad;
    private readonly FtrlSettings _wide;
    private RowLearning _rows;
    private float _rowFactor = 1;

    public LearningRates(TrainingOptions training)
    {
        Require(training.DenseLearningRate, nameof(training.DenseLearningRate));
        Require(training.RowLearningRate, nameof(training.RowLearningRate));
        Require(training.RowAlpha, nameof(training.RowAlpha));
        Require(training.WideAlpha, nameof(training.WideAlpha));
        Adam = new AdamSettings(training.DenseLearningRate, training.DenseBeta1, training.DenseBeta2, training.DenseEpsilon);
        _warmup = training.WarmupSteps;
        _clip = training.DenseClip;
        _takesMean = training.SparseGradient == SparseGradient.Mean;
        _adagrad = new AdagradSettings((float)training.RowLearningRate, RowEpsilon);
        _wide = new FtrlSettings(
            (float)training.WideAlpha, (float)training.WideBeta, (float)training.WideL1, (float)training.WideL2);
        _rows = new RowLearning { Adagrad = _adagrad, Wide = _wide };
    }

    /// <summary>Adam, before warm-up.</summary>
    public AdamSettings Adam { get; }

    /// <summary>How rows learn in a step.</summary>
    /// <param name="factor">Of the warm-up; the two FTRLs, whose rate is in the state of every row, have none.</param>
    /// <param name="count">Samples.</param>
    public RowLearning Rows(float factor, int count)
    {
        float scale = _takesMean ? 1f / count : 1;
        if (_rowFactor != factor || _rows.GradientScale != scale)
        {
            _rowFactor = factor;
            _rows = new RowLearning
            {
                Adagrad = _adagrad with { LearningRate = _adagrad.LearningRate * factor },
                Wide = _wide,
                GradientScale = scale,
            };
        }

        return _rows;
    }

    /// <summary>What multiplies every learning rate in the step after <paramref name="steps"/>: rising to 1 over the warm-up.</summary>
    public float FactorOf(long steps) => steps + 1 >= _warmup ? 1 : (float)((steps + 1) / (double)_warmup);

    /// <summary>What multiplies dense gradients, which are sums: 1 ÷ count, and less where their norm is above the limit.</summary>
    /// <param name="square">Square of the norm of the sums.</param>
    /// <param name="count">Samples.</param>
    public float ScaleOf(double square, int count)
    {
        double norm = Math.Sqrt(square) / count;
        return (float)(_clip > 0 && norm > _clip ? _clip / norm / count : 1.0 / count);
    }

    private static void Require(double rate, string name)
    {
        if (!(rate > 0 && rate <= 100))
        {
            throw new ArgumentException($"{name} is {rate.ToString(CultureInfo.InvariantCulture)}; a step size is above 0 and at most 100.");
        }
    }
}
