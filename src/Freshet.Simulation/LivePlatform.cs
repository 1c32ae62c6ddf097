using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Core.Time;
using Freshet.Simulation.Traffic;
using Freshet.Simulation.World;

namespace Freshet.Simulation;

/// <summary>
/// A simulated live platform with known truth, in a closed loop: it asks for pages, shows what the caller ranked, and sends
/// the events of what follows.
/// </summary>
/// <remarks>
/// Steps come in order of processing time: events by <see cref="BehaviourEvent.ReceivedAt"/>, requests by
/// <see cref="RankingRequest.At"/>; at the same millisecond events come first. Users, hosts, schedules, requests and
/// candidates depend on the seed alone, reactions also on the positions shown. What is simulated, with its formulae, is in
/// docs/simulation.md. Not thread-safe. The same options and the same answers give the same bytes.
/// </remarks>
public sealed class LivePlatform
{
    private readonly PlatformOptions _options;
    private readonly UserPopulation _users;
    private readonly HostPopulation _hosts;
    private readonly AirSchedule _schedule;
    private readonly ClickModel _truth;
    private readonly ArrivalQueue _queue = new();
    private readonly RequestStream _requests;
    private readonly OnAirList _onAir;
    private readonly EventWriter _writer;
    private readonly Reactions _reactions;
    private readonly bool[] _isShown; // [candidates] of the request that is being answered
    private readonly long _start;
    private readonly long _end;
    private int _nextChange;
    private long _requestOffset;
    private bool _awaitsAnswer;

    /// <summary>A platform at its first instant.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names all that are.</exception>
    public LivePlatform(PlatformOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _start = options.Start.ToUnixTimeMilliseconds();
        _end = (options.Days * Milliseconds.Day) + Milliseconds.Of(options.Tail);
        _users = new UserPopulation(options);
        _hosts = new HostPopulation(options);
        _schedule = new AirSchedule(options, _hosts);
        _truth = new ClickModel(_users, _hosts, _schedule, new Fashion(options));
        _requests = new RequestStream(options, _users);
        _onAir = new OnAirList(_hosts.Count);
        _writer = new EventWriter(_start, _users, _hosts);
        _isShown = new bool[options.CandidatesPerRequest];
        var behaviours = new List<PlatformEvent>();
        _reactions = new Reactions(options, _truth, _schedule, _queue, behaviours);
        Truth = new TrueBehaviours(behaviours, _writer);
        Request = new RankingRequest(_users, _hosts, options.CandidatesPerRequest);
        SendProfiles();
    }

    /// <summary>The platform's scene, as the text of a <c>scene.yaml</c>.</summary>
    public static string SceneYaml
    {
        get
        {
            using Stream stream = typeof(LivePlatform).Assembly.GetManifestResourceStream("scene.yaml")!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    /// <summary>The event that arrived last; the buffer is filled anew at each step that is an event.</summary>
    public BehaviourEvent Event { get; } = new();

    /// <summary>The request made last; filled anew at each step that is a request.</summary>
    public RankingRequest Request { get; }

    /// <summary>What truly follows from the pages shown so far, to judge labels by.</summary>
    public TrueBehaviours Truth { get; }

    /// <summary>Users are the indices [0, this).</summary>
    public int UserCount => _users.Ids.Length;

    /// <summary>Hosts, also those to come and those who left, are the indices [0, this).</summary>
    public int HostCount => _hosts.Count;

    /// <summary>UTF-8 id of user <paramref name="user"/>.</summary>
    public ReadOnlySpan<byte> UserId(int user) => _users.Ids[user];

    /// <summary>UTF-8 item id of host <paramref name="host"/>.</summary>
    public ReadOnlySpan<byte> ItemId(int host) => _hosts.Ids[host];

    /// <summary>True while <paramref name="host"/> is on air at <paramref name="at"/>, ms since the epoch.</summary>
    public bool IsOnAir(int host, long at) => _schedule.TryFind(host, at - _start, out _);

    /// <summary>
    /// The true probability that an impression is clicked, sooner or later, in (0, 1): what the click of its identity is drawn
    /// from at its first impression.
    /// </summary>
    /// <param name="user">Index of the user.</param>
    /// <param name="host">Index of the host.</param>
    /// <param name="at">Time of the first impression, ms since the epoch.</param>
    /// <param name="position">Place on the page, from 0.</param>
    public double ClickProbability(int user, int host, long at, int position) =>
        _truth.Probability(user, host, at - _start, position);

    /// <summary>Goes on to the next event or request; false when the last day and its tail are over.</summary>
    /// <exception cref="InvalidOperationException">The request made last has not been answered.</exception>
    public bool TryAdvance(out PlatformStep step)
    {
        if (_awaitsAnswer)
        {
            throw new InvalidOperationException(
                $"Request r{Request.Number} is unanswered, so nobody has been shown. Call Show, with no candidates for an "
                + "empty page, before the platform advances.");
        }

        while (true)
        {
            long change = _nextChange < _schedule.Changes.Count ? _schedule.Changes[_nextChange].Offset : long.MaxValue;
            long arrival = _queue.NextAt, request = _requests.NextAt;
            if (Math.Min(change, Math.Min(arrival, request)) >= _end)
            {
                step = default;
                return false;
            }

            if (change <= arrival && change <= request)
            {
                Apply(_schedule.Changes[_nextChange++]);
            }
            else if (arrival <= request)
            {
                _writer.Write(_queue.Receive(), Event);
                step = PlatformStep.Event;
                return true;
            }
            else
            {
                MakeRequest();
                step = PlatformStep.Request;
                return true;
            }
        }
    }

    /// <summary>Answers <see cref="Request"/>: the page that its user gets. Impressions and behaviours arrive as events.</summary>
    /// <param name="order">
    /// Indices in <see cref="RankingRequest.Candidates"/>, best first, without repetition; at most
    /// <see cref="PlatformOptions.ShownPerRequest"/>. Empty for an empty page.
    /// </param>
    /// <param name="arm">Arm of the experiment that ranked; carried by the impressions.</param>
    /// <param name="modelVersion">Model that ranked; carried by the impressions. Empty for none.</param>
    /// <exception cref="ArgumentException">An index is out of range or given twice, or there are too many; nothing was shown.</exception>
    /// <exception cref="InvalidOperationException">There is no request to answer.</exception>
    public void Show(ReadOnlySpan<int> order, string arm, string modelVersion)
    {
        ArgumentNullException.ThrowIfNull(arm);
        ArgumentNullException.ThrowIfNull(modelVersion);
        if (!_awaitsAnswer)
        {
            throw new InvalidOperationException(
                "There is no request to answer. Call Show once after each step that is a request.");
        }

        Check(order);
        _awaitsAnswer = false;
        int shownBy = _writer.ShownBy(arm, modelVersion);
        Page page = _reactions.Open(Request.Number, Request.User, _users.IsSleeper(Request.User), _requestOffset, shownBy);
        for (int position = 0; position < order.Length; position++)
        {
            _reactions.Show(page, Request.Candidates[order[position]], position);
        }

        PlaySong();
    }

    private void Check(ReadOnlySpan<int> order)
    {
        if (order.Length > _options.ShownPerRequest)
        {
            throw new ArgumentException(
                $"A page has {_options.ShownPerRequest} places, {order.Length} candidates were given; nothing was shown. "
                + "Give the best of them.",
                nameof(order));
        }

        Array.Clear(_isShown);
        foreach (int index in order)
        {
            if ((uint)index >= (uint)Request.Candidates.Length || _isShown[index])
            {
                throw new ArgumentException(
                    $"Candidate index {index} is out of [0, {Request.Candidates.Length}) or given twice; nothing was shown. "
                    + "Give each candidate at most once.",
                    nameof(order));
            }

            _isShown[index] = true;
        }
    }

    private void MakeRequest()
    {
        _requestOffset = _requests.NextAt;
        Request.Number++;
        Request.User = _requests.User;
        Request.At = _start + _requestOffset;
        var random = SplitMix64.Stream(_options.Seed, RandomStream.Requests, (ulong)Request.Number + 1);
        Request.Fill(_onAir, ref random);
        _requests.Advance();
        _awaitsAnswer = true;
    }

    private void Apply(in AirChange change)
    {
        _onAir.Set(change.Host, change.IsOnAir);
        var random = SplitMix64.Stream(_options.Seed, RandomStream.Status, (ulong)_nextChange);
        Send(EventKind.HostStatus, change.Offset, change.Offset + 50 + random.NextBelow(451), -1, change.Host,
            change.Activity, change.IsOnAir);
    }

    private void SendProfiles()
    {
        for (int user = 0; user < UserCount; user++)
        {
            Send(EventKind.UserProfile, 0, 0, user, -1);
        }

        for (int host = 0; host < HostCount; host++)
        {
            long joins = _hosts.FirstDay(host) * Milliseconds.Day;
            Send(EventKind.HostProfile, joins, joins, -1, host);
        }
    }

    private void PlaySong()
    {
        var random = SplitMix64.Stream(_options.Seed, RandomStream.Songs, (ulong)Request.Number);
        if (random.NextDouble() < _options.SongPlayShare)
        {
            // The songs of an age range are a quarter of all; they tell a little of a user's taste.
            int songs = Names.Songs.Length / 4;
            int song = (_users.AgeRange(Request.User) * songs + random.NextBelow(songs)) % Names.Songs.Length;
            long at = _requestOffset + 10_000 + random.NextBelow(300_000);
            Send(EventKind.SongPlay, at, at + Delay.Network(ref random), Request.User, -1, song);
        }
    }

    private void Send(EventKind kind, long at, long receivedAt, int user, int host, int detail = 0, bool isOnAir = false) =>
        _queue.Send(new PlatformEvent
        {
            Number = _reactions.NextNumber(),
            Kind = kind,
            At = at,
            ReceivedAt = receivedAt,
            User = user,
            Host = host,
            Request = -1,
            Value = double.NaN,
            Detail = detail,
            IsOnAir = isOnAir,
        });
}
