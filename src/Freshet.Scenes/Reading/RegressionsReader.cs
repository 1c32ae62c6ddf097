namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>regressions</c>, the numbers learnt beside the tasks.</summary>
internal static class RegressionsReader
{
    private const string Key = "regressions";
    private const int MostRegressions = 16;

    private static readonly (string, TargetAggregate)[] s_aggregates =
        [("sum", TargetAggregate.Sum), ("max", TargetAggregate.Max), ("last", TargetAggregate.Last)];

    private static readonly (string, TargetScale)[] s_scales = [("log1p", TargetScale.Log1p), ("none", TargetScale.None)];
    private static readonly (string, AbsentTarget)[] s_absents = [("skip", AbsentTarget.Skip), ("zero", AbsentTarget.Zero)];

    private static readonly (string, RegressionLoss)[] s_losses =
        [("squared", RegressionLoss.Squared), ("huber", RegressionLoss.Huber)];

    /// <summary>In the order of the file.</summary>
    public static IReadOnlyList<Regression> Read(Section root, IReadOnlyList<Behaviour> behaviours)
    {
        var regressions = new List<Regression>();
        foreach ((string name, Section section) in root.NamedChildren(Key))
        {
            if (behaviours.Any(behaviour => behaviour.Name == name))
            {
                section.Report($"\"{name}\" is a behaviour of this scene.", "Give the regression another name.");
            }

            regressions.Add(ReadOne(name, section));
        }

        if (regressions.Count > MostRegressions)
        {
            root.Report(Key, $"There are {regressions.Count}.", $"List at most {MostRegressions}.");
        }

        return regressions;
    }

    private static Regression ReadOne(string name, Section section)
    {
        var standard = new Regression { Name = name, EventType = "" };
        var regression = new Regression
        {
            Name = name,
            EventType = ReadEventType(section),
            Aggregate = section.Choice("aggregate", standard.Aggregate, s_aggregates),
            Scale = section.Choice("scale", standard.Scale, s_scales),
            Absent = section.Choice("absent", standard.Absent, s_absents),
            Loss = section.Choice("loss", standard.Loss, s_losses),
            HuberDelta = section.Number("huber_delta", standard.HuberDelta, NumberRange.Positive),
            LossWeight = section.Number("loss_weight", standard.LossWeight, NumberRange.NotNegative),
        };
        if (section.Has("huber_delta") && regression.Loss != RegressionLoss.Huber)
        {
            section.Report("huber_delta", "It has no effect with the squared loss.", "Add 'loss: huber', or remove it.");
        }

        section.Close();
        return regression;
    }

    private static string ReadEventType(Section section)
    {
        string? type = section.Name("of");
        if (!section.Has("of"))
        {
            section.Report("The regression does not say which events' value it learns.", "Add 'of: TYPE', the type of its events.");
        }
        else if (type is not null && ReservedTypes.Contains(type))
        {
            section.Report("of", $"\"{type}\" events have no value to learn.", $"Name another type; {ReservedTypes.List} have meanings of their own.");
        }

        return type ?? "";
    }
}
