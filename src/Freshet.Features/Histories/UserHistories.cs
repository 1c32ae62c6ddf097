using Freshet.Core.Snapshots;
using Freshet.Features.Keys;

namespace Freshet.Features.Histories;

/// <summary>The last L items of every user, oldest first by (at, arrival). Arrays grow with the user up to L.</summary>
internal sealed class UserHistories(int length)
{
    private readonly KeyIndex _index = new();
    private History[] _users = new History[16];

    /// <summary>
    /// Puts <paramref name="entry"/> in its place by time. An entry of the same item from the same request leaves for it,
    /// unless that one is later or, at the same time, deeper in the behaviour tree: then the new one is dropped.
    /// </summary>
    public void Add(ulong user, in HistoryEntry entry)
    {
        ref History history = ref GetOrAdd(user);
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

    /// <summary>Appends the history of <paramref name="user"/> to the open row, most recent first.</summary>
    public void CopyTo(ulong user, SnapshotColumns destination)
    {
        if (!_index.TryGet(user, out int index))
        {
            return;
        }

        ref readonly History history = ref _users[index];
        for (int i = history.Count - 1; i >= 0; i--)
        {
            ref readonly HistoryEntry entry = ref history.Entries[i];
            destination.AddHistory(entry.Item, entry.Behaviour, entry.At);
        }
    }

    public void Save(BinaryWriter destination)
    {
        destination.Write(_index.Count);
        foreach (ref readonly History history in _users.AsSpan(0, _index.Count))
        {
            destination.Write(history.User);
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

    public void Restore(BinaryReader source)
    {
        _index.Clear();
        int users = source.ReadInt32();
        for (int i = 0; i < users; i++)
        {
            ref History history = ref GetOrAdd(source.ReadUInt64());
            int count = source.ReadInt32();
            for (int j = 0; j < count; j++)
            {
                Insert(ref history, new HistoryEntry(source.ReadUInt64(), source.ReadInt64(), source.ReadUInt64(), source.ReadByte()));
            }
        }
    }

    private void Insert(ref History history, in HistoryEntry entry)
    {
        int place = history.Count;
        while (place > 0 && history.Entries[place - 1].At > entry.At)
        {
            place--;
        }

        if (history.Count == length)
        {
            if (place == 0)
            {
                return;
            }

            place--;
            history.Entries.AsSpan(1, place).CopyTo(history.Entries);
            history.Entries[place] = entry;
            return;
        }

        if (history.Count == history.Entries.Length)
        {
            Array.Resize(ref history.Entries, Math.Min(length, history.Count * 2));
        }

        history.Entries.AsSpan(place, history.Count - place).CopyTo(history.Entries.AsSpan(place + 1));
        history.Entries[place] = entry;
        history.Count++;
    }

    private ref History GetOrAdd(ulong user)
    {
        if (!_index.TryGet(user, out int index))
        {
            index = _index.Count;
            if (index == _users.Length)
            {
                Array.Resize(ref _users, index * 2);
            }

            _users[index] = new History { User = user, Entries = new HistoryEntry[Math.Min(length, 4)] };
            _index.Set(user, index);
        }

        return ref _users[index];
    }

    private struct History
    {
        public ulong User;
        public HistoryEntry[] Entries;
        public int Count;
    }
}
