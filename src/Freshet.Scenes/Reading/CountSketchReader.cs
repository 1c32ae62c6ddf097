namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>admission.sketch</c> of the slots, and says where it cannot have an effect.</summary>
internal sealed class CountSketchReader
{
    /// <summary>The largest threshold: a sketch counts to 65,535.</summary>
    private const int MostSightings = 1 << 16;

    private const string Key = "sketch";
    private readonly List<(Section Section, string Table, AdmissionOptions Admission)> _slots = [];

    /// <summary>That of one slot; null where it has none.</summary>
    public static CountSketchOptions? Read(Section admission)
    {
        Section section = admission.Child(Key);
        var options = new CountSketchOptions(section.Integer("ids", 1, 1, int.MaxValue), section.Number("error", 0.01, NumberRange.SketchError));
        section.Close();
        if (admission.Has(Key) && !section.Has("ids"))
        {
            admission.Report(Key, "It does not say how many ids it is for.", "Add 'ids', as in { ids: 100000000, error: 0.01 }.");
        }

        return admission.Has(Key) ? options : null;
    }

    /// <summary>Notes a slot to be looked at with the others of its table.</summary>
    public void Add(Section admission, string table, AdmissionOptions options) => _slots.Add((admission, table, options));

    /// <summary>Looks at the slots together.</summary>
    public void Check()
    {
        foreach ((Section section, string table, AdmissionOptions admission) in _slots)
        {
            if (admission.Threshold == 1)
            {
                if (admission.Sketch is not null)
                {
                    section.Report(Key, "The slot counts nothing: the first sighting admits an id.", "Remove it, or give 'full' or 'incremental' more than 1.");
                }
            }
            else if (_slots.First(slot => slot.Table == table && slot.Admission.Threshold > 1).Admission.Sketch != admission.Sketch)
            {
                section.Report(Key, $"Slots that share the table \"{table}\" differ in it.", "Give all of them that count the same sketch, or none.");
            }
            else if (admission.Sketch is not null && admission.Threshold > MostSightings)
            {
                section.Report(
                    Key, $"It counts to {MostSightings - 1}, and the slot waits for {admission.Threshold} sightings.",
                    $"Use thresholds up to {MostSightings}, or remove it: exact counts have no such limit.");
            }
        }
    }
}
