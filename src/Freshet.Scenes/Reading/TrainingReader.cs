using System.Globalization;

namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>training</c>.</summary>
internal static class TrainingReader
{
    private static readonly (string, BaseStart)[] s_starts = [("scratch", BaseStart.Scratch), ("previous", BaseStart.Previous)];
    private static readonly (string, Restart)[] s_restarts = [("base", Restart.Base), ("previous", Restart.Previous)];

    private static readonly (string, SparseGradient)[] s_gradients = [("sum", SparseGradient.Sum), ("mean", SparseGradient.Mean)];

    private static readonly (string, DelayedLoss)[] s_delayedLosses =
    [
        ("plain", DelayedLoss.Plain), ("fnw", DelayedLoss.Fnw), ("fnc", DelayedLoss.Fnc), ("es_dfm", DelayedLoss.EsDfm),
        ("importance", DelayedLoss.Importance),
    ];

    public static TrainingOptions Read(Section root, AttributionOptions attribution)
    {
        Section section = root.Child("training");
        TrainingOptions options = ReadSchedule(section, new TrainingOptions());
        options = OptimizersReader.ReadRows(section.Child("rows"), options);
        options = OptimizersReader.ReadWide(section.Child("wide"), options);
        options = OptimizersReader.ReadDense(section.Child("dense"), options);
        Section negatives = section.Child("negatives"), shuffle = section.Child("shuffle");
        options = options with
        {
            BatchSize = section.Integer("batch", options.BatchSize, 1, 65_536),
            SparseGradient = section.Choice("sparse_gradient", options.SparseGradient, s_gradients),
            DelayedLoss = ReadDelayedLoss(section, attribution),
            NegativesKept = negatives.Number("keep", options.NegativesKept, NumberRange.PartOfAll),
            ShuffleWindow = shuffle.Integer("window", options.ShuffleWindow, 0, 10_000_000),
        };
        negatives.Close();
        shuffle.Close();
        section.Close();
        return options;
    }

    private static TrainingOptions ReadSchedule(Section section, TrainingOptions options)
    {
        Section baseModel = section.Child("base"), increment = section.Child("increment"), corrections = section.Child("corrections");
        options = options with
        {
            BaseAt = ReadTimeOfDay(baseModel, "at"),
            BaseWindow = baseModel.Duration("window", options.BaseWindow, TimeSpan.FromHours(1), TimeSpan.FromDays(365)),
            BaseStart = baseModel.Choice("start", options.BaseStart, s_starts),
            BaseMaxAge = baseModel.Duration("max_age", options.BaseMaxAge, TimeSpan.FromHours(25), TimeSpan.FromDays(365)),
            BaseEpochs = baseModel.Integer("epochs", options.BaseEpochs, 1, 20),
            IncrementEvery = ReadEvery(increment, options.IncrementEvery),
            Restart = increment.Choice("restart", options.Restart, s_restarts),
            Settle = increment.Duration("settle", options.Settle, TimeSpan.Zero, TimeSpan.FromDays(2)),
            CheckpointMebibytes = increment.Integer("checkpoint_mib", options.CheckpointMebibytes, 0, 1 << 20),
            CorrectionsEvery = corrections.Duration("every", options.CorrectionsEvery, TimeSpan.Zero, TimeSpan.FromDays(1)),
        };
        baseModel.Close();
        increment.Close();
        corrections.Close();
        return options;
    }

    /// <summary>A time between increments, or 0, with or without a unit: streaming.</summary>
    private static TimeSpan ReadEvery(Section section, TimeSpan standard)
    {
        const string Key = "every";
        TimeSpan least = TimeSpan.FromMinutes(1), most = TimeSpan.FromDays(1);
        if (section.Scalar(Key) is not { } value)
        {
            return standard;
        }

        if (value.Text == "0" || (DurationText.TryParse(value.Text, out TimeSpan zero) && zero == TimeSpan.Zero))
        {
            return TimeSpan.Zero;
        }

        if (DurationText.TryParse(value.Text, out TimeSpan every) && (every < least || every > most))
        {
            section.Report(
                Key, $"It is {value.Found}.",
                $"Write a duration from {DurationText.Format(least)} to {DurationText.Format(most)}, or 0s to learn each mini-batch as it is attributed.");
            return standard;
        }

        return section.Duration(Key, standard, least, most);
    }

    /// <summary>A loss that corrects for rows which the attribution never makes is a mistake: it would bend what is right.</summary>
    private static DelayedLoss ReadDelayedLoss(Section section, AttributionOptions attribution)
    {
        const string Key = "delayed_loss";
        DelayedLoss loss = section.Choice(Key, DelayedLoss.Plain, s_delayedLosses);
        bool waits = attribution.EmitAfter > TimeSpan.Zero;
        if (loss != DelayedLoss.Plain && attribution.Mode != AttributionMode.Immediate)
        {
            section.Report(
                Key, $"It corrects the rows of attribution mode 'immediate', and the mode is '{AttributionModeText.Of(attribution.Mode)}'.",
                "Write 'mode: immediate' in attribution, or remove the line.");
        }
        else if (loss is DelayedLoss.Fnw or DelayedLoss.Fnc && waits)
        {
            section.Report(
                Key, $"It takes every first row for a negative, and attribution.emit_after is {DurationText.Format(attribution.EmitAfter)}.",
                "Write es_dfm or importance, or 'emit_after: 0s'.");
        }
        else if (loss == DelayedLoss.EsDfm && !waits)
        {
            section.Report(
                Key, "It learns which labels come later than attribution.emit_after, which is 0s: all do.",
                "Write fnw, or an emit_after such as 15m.");
        }

        return loss;
    }

    private static TimeSpan ReadTimeOfDay(Section section, string key)
    {
        if (section.Scalar(key) is not { } value)
        {
            return TimeSpan.Zero;
        }

        if (TimeOnly.TryParseExact(value.Text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time))
        {
            return time.ToTimeSpan();
        }

        section.Report(key, $"{value.Found} is no time of day.", "Write \"HH:MM\", from \"00:00\" to \"23:59\".");
        return TimeSpan.Zero;
    }
}
