namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>limits</c>.</summary>
internal static class LimitsReader
{
    private const int Most = 1_000_000_000;
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_decade = TimeSpan.FromDays(3650);

    public static LimitOptions Read(Section root)
    {
        Section section = root.Child("limits");
        var standard = new LimitOptions();
        var options = new LimitOptions
        {
            Users = section.Integer("users", standard.Users, 1, Most),
            UserAge = section.Duration("user_age", standard.UserAge, s_hour, s_decade),
            Items = section.Integer("items", standard.Items, 1, Most),
            ItemAge = section.Duration("item_age", standard.ItemAge, s_hour, s_decade),
            Identities = section.Integer("identities", standard.Identities, 1, Most),
            Orphans = section.Integer("orphans", standard.Orphans, 1, Most),
            Served = section.Integer("served", standard.Served, 1, Most),
            Quarantine = section.Integer("quarantine", standard.Quarantine, 1, 1_000_000),
            MalformedBytes = section.Size("malformed", standard.MalformedBytes),
        };
        section.Close();
        return options;
    }
}
