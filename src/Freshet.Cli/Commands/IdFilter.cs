using System.CommandLine;

namespace Freshet.Cli.Commands;

/// <summary>Narrows what is shown to a user, a request, an item.</summary>
internal sealed class IdFilter
{
    private readonly Option<string?> _user = new("--user") { Description = "Only this user_id." };
    private readonly Option<string?> _request = new("--request") { Description = "Only this request_id." };
    private readonly Option<string?> _item = new("--item") { Description = "Only this item_id." };

    /// <summary>The options, for the command.</summary>
    public IEnumerable<Option> All => [_user, _request, _item];

    /// <summary>The ids asked for; null where any will do.</summary>
    public (string? User, string? Request, string? Item) Read(ParseResult result) =>
        (result.GetValue(_user), result.GetValue(_request), result.GetValue(_item));

    /// <summary>Whether the ids are those asked for.</summary>
    public bool Admits(ParseResult result, string user, string request, string item)
    {
        (string? User, string? Request, string? Item) asked = Read(result);
        return (asked.User ?? user) == user && (asked.Request ?? request) == request && (asked.Item ?? item) == item;
    }
}
