using Freshet.Core;
using Freshet.Core.Snapshots;
using Freshet.Features.Keys;

namespace Freshet.Features.Histories;

/// <summary>The last L items of every user, oldest first by (at, arrival). Arrays grow with the user up to L.</summary>
internal sealed class UserHistories : IKeptRows
{
    private readonly int _length;
    private readonly RecentKeys _keys;
    private History[] _users = new History[16];

    /// <summary>Empty histories.</summary>
    /// <param name="length">Items of each, &gt;= 1.</param>
    /// <param name="users">The users of which something is kept.</param>
    public UserHistories(int length, RecentKeys users)
    {
        (_length, _keys) = (length, users);
        users.Tell(this);
    }

    /// <summary>
    /// Puts <paramref name="entry"/> in its place by time. An entry of the same item from the same request leaves for it,
    /// unless that one is later or, at the same time, deeper in the behaviour tree: then the new one is dropped.
    /// </summary>
    /// <param name="row">The user's row.</param>
    /// <param name="entry">The item.</param>
    public void Add(int row, in HistoryEntry entry)
    {
        ref History history = ref Open(row);
        Span<HistoryEntry> entries = history.Entries.AsSpan(0, history.Count);
        for (int i = entries.Length - 1; i >= 0; i--)
        {
            ref readonly HistoryEntry known = ref entries[i];
            if (known.Item != entry.Item || known.Request != entry.Request)
            {
                continue;
            }

            if (known.At > entry.At || (known.At == entry.At && known.Behaviour > entry.Behaviour))
            {
                return;
            }

            entries[(i + 1)..].CopyTo(entries[i..]);
            history.Count--;
            break;
        }

        Insert(ref history, entry);
    }

    /// <summary>
    /// Appends the history of the user of <paramref name="row"/> to the open row, most recent first; nothing where it is -1.
    /// </summary>
    public void CopyTo(int row, SnapshotColumns destination)
    {
        if ((uint)row >= (uint)_users.Length)
        {
            return;
        }

        ref readonly History history = ref _users[row];
        for (int i = history.Count - 1; i >= 0; i--)
        {
            ref readonly HistoryEntry entry = ref history.Entries![i];
            destination.AddHistory(entry.Item, entry.Behaviour, entry.At);
        }
    }

    /// <inheritdoc/>
    public void Forget(int row)
    {
        if (row < _users.Length)
        {
            _users[row].Count = 0; // the next one of this row gets the array
        }
    }

    /// <summary>Writes the histories of all users, in order of <see cref="RecentKeys"/>.</summary>
    public void Save(BinaryWriter destination)
    {
        for (int row = _keys.Oldest; row >= 0; row = _keys.Newer(row))
        {
            History history = row < _users.Length ? _users[row] : default;
            destination.Write(history.Count);
            foreach (ref readonly HistoryEntry entry in history.Entries.AsSpan(0, history.Count))
            {
                destination.Write(entry.Item);
                destination.Write(entry.At);
                destination.Write(entry.Request);
                destination.Write(entry.Behaviour);
            }
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote; the users have been restored.</summary>
    public void Restore(BinaryReader source)
    {
        Array.Clear(_users);
        for (int row = _keys.Oldest; row >= 0; row = _keys.Newer(row))
        {
            for (int count = source.ReadInt32(); count > 0; count--)
            {
                Insert(ref Open(row), new HistoryEntry(source.ReadUInt64(), source.ReadInt64(), source.ReadUInt64(), source.ReadByte()));
            }
        }
    }

    private void Insert(ref History history, in HistoryEntry entry)
    {
        HistoryEntry[] entries = history.Entries!;
        int place = history.Count;
        while (place > 0 && entries[place - 1].At > entry.At)
        {
            place--;
        }

        if (history.Count == _length)
        {
            if (place == 0)
            {
                return;
            }

            place--;
            entries.AsSpan(1, place).CopyTo(entries);
            entries[place] = entry;
            return;
        }

        if (history.Count == entries.Length)
        {
            Array.Resize(ref entries, Math.Min(_length, history.Count * 2));
            history.Entries = entries;
        }

        entries.AsSpan(place, history.Count - place).CopyTo(entries.AsSpan(place + 1));
        entries[place] = entry;
        history.Count++;
    }

    private ref History Open(int row)
    {
        GrowingArray.Reserve(ref _users, row + 1);
        ref History history = ref _users[row];
        history.Entries ??= new HistoryEntry[Math.Min(_length, 4)];
        return ref history;
    }

    private struct History
    {
        public HistoryEntry[]? Entries;
        public int Count;
    }
}
