namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>admission</c> of a slot.</summary>
internal static class AdmissionReader
{
    private static readonly string[] s_counting = ["full", "incremental", "count", "carry"], s_incremental = ["incremental", "carry"];

    private static readonly (string, AdmissionRule)[] s_rules =
        [("hard", AdmissionRule.Hard), ("poisson", AdmissionRule.Poisson), ("none", AdmissionRule.None)];

    private static readonly (string, AdmissionCount)[] s_counts = [("sighting", AdmissionCount.Sighting), ("batch", AdmissionCount.Batch)];

    /// <param name="section">The slot's <c>admission</c>.</param>
    /// <param name="freeze">What of the slot is frozen.</param>
    /// <param name="table">The slot's table.</param>
    /// <param name="earlier">The slots before it. Those of its table that count agree with it.</param>
    /// <param name="sketches">Looks at the sketches of all slots together.</param>
    public static AdmissionOptions Read(Section section, Freeze freeze, string table, List<Slot> earlier, CountSketchReader sketches)
    {
        var standard = new AdmissionOptions();
        Slot? counting = earlier.Find(other => other.Table == table && other.Admission.Threshold > 1);
        Slot? carrying = earlier.Find(other => other.Table == table && other.Admission.Threshold > 1 && other.Freeze == Freeze.None);
        var admission = new AdmissionOptions
        {
            Rule = section.Choice("rule", standard.Rule, s_rules),
            Count = section.Choice("count", counting?.Admission.Count ?? standard.Count, s_counts),
            Full = section.Integer("full", standard.Full, 1, int.MaxValue),
            Incremental = section.Integer("incremental", standard.Incremental, 1, int.MaxValue),
            Carry = section.Flag("carry", carrying?.Admission.Carry ?? standard.Carry),
            Sketch = CountSketchReader.Read(section),
        };
        foreach (string key in s_incremental.Where(key => freeze != Freeze.None && section.Has(key)))
        {
            section.Report(key, "The slot's rows are frozen: increments learn none of them.", "Remove it, or remove 'freeze'.");
        }

        foreach (string key in s_counting.Where(key => admission.Rule == AdmissionRule.None && section.Has(key)))
        {
            section.Report(key, "With the rule none the first sighting admits an id.", "Remove it, or write 'rule: hard'.");
        }

        if (admission is { Rule: AdmissionRule.Poisson, Count: AdmissionCount.Batch } && section.Has("count"))
        {
            section.Report("count", "Poisson admission guesses what batch counts.", "Remove it, or write 'rule: hard'.");
        }

        if (admission.Threshold > 1 && counting is not null && counting.Admission.Count != admission.Count)
        {
            section.Report("count", $"The slot \"{counting.Name}\" of the same table counts otherwise.", "Write the same 'count' in both, or give one of them a table of its own.");
        }

        if (admission.Threshold > 1 && freeze == Freeze.None && carrying is not null && carrying.Admission.Carry != admission.Carry)
        {
            section.Report("carry", $"The slot \"{carrying.Name}\" of the same table has another.", "Write the same 'carry' in both, or give one of them a table of its own.");
        }

        sketches.Add(section, table, admission);
        section.Close();
        return admission;
    }
}
