namespace Freshet.Core.Events;

/// <summary>Reads the objects <c>features</c> and <c>scores</c> of an event.</summary>
internal sealed class EventFeatureReader
{
    private const int Depth = 2; // open around a feature's value: the event and the object
    private byte[] _name = new byte[64];
    private byte[] _text = new byte[256];

    /// <summary>Adds every entry of the object at the cursor to <c>features</c>; false on a syntax error.</summary>
    public bool TryReadFeatures(ref JsonCursor json, BehaviourEvent destination)
    {
        _ = json.TrySkip((byte)'{');
        if (json.Current != (byte)'}')
        {
            do
            {
                if (!TryReadName(ref json, out ReadOnlySpan<byte> name) || !TryReadFeature(ref json, name, destination))
                {
                    return false;
                }

                json.SkipWhiteSpace();
            }
            while (json.TrySkip((byte)','));
        }

        return json.TrySkip((byte)'}');
    }

    /// <summary>Adds every finite number of the object at the cursor to <c>scores</c>; false on a syntax error.</summary>
    public bool TryReadScores(ref JsonCursor json, BehaviourEvent destination)
    {
        _ = json.TrySkip((byte)'{');
        if (json.Current != (byte)'}')
        {
            do
            {
                if (!TryReadName(ref json, out ReadOnlySpan<byte> name) || !TryReadScore(ref json, name, destination))
                {
                    return false;
                }

                json.SkipWhiteSpace();
            }
            while (json.TrySkip((byte)','));
        }

        return json.TrySkip((byte)'}');
    }

    private bool TryReadName(ref JsonCursor json, out ReadOnlySpan<byte> name)
    {
        if (!json.TryReadString(out name, out bool escaped))
        {
            return false;
        }

        if (escaped)
        {
            name = EventJsonReader.Unescape(name, ref _name);
        }

        json.SkipWhiteSpace();
        return json.TrySkip((byte)':');
    }

    private bool TryReadFeature(ref JsonCursor json, scoped ReadOnlySpan<byte> name, BehaviourEvent destination)
    {
        switch (json.Current)
        {
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                if (!json.TryReadNumber(out ReadOnlySpan<byte> digits, out JsonNumber number))
                {
                    return false;
                }

                AddNumber(name, digits, number.Value, destination);
                return true;
            case (byte)'[':
                return TryReadList(ref json, name, destination);
            default:
                if (!TryReadText(ref json, Depth, out ReadOnlySpan<byte> text, out bool isNull))
                {
                    return false;
                }

                if (!isNull)
                {
                    destination.AddFeature(name, text);
                }

                return true;
        }
    }

    private static void AddNumber(ReadOnlySpan<byte> name, ReadOnlySpan<byte> digits, double value, BehaviourEvent destination)
    {
        if (double.IsFinite(value))
        {
            destination.AddFeature(name, value, digits);
        }
        else
        {
            destination.AddFeature(name, digits); // 1e999 can still be an id, but no number to learn from
        }
    }

    private bool TryReadList(ref JsonCursor json, scoped ReadOnlySpan<byte> name, BehaviourEvent destination)
    {
        destination.BeginFeatureList(name);
        _ = json.TrySkip((byte)'[');
        if (json.Current != (byte)']')
        {
            do
            {
                if (!TryReadText(ref json, Depth + 1, out ReadOnlySpan<byte> text, out bool isNull))
                {
                    return false;
                }

                if (!isNull)
                {
                    destination.AddListValue(text);
                }

                json.SkipWhiteSpace();
            }
            while (json.TrySkip((byte)','));
        }

        return json.TrySkip((byte)']');
    }

    private static bool TryReadScore(ref JsonCursor json, scoped ReadOnlySpan<byte> task, BehaviourEvent destination)
    {
        if (json.Current is not ((byte)'-' or (>= (byte)'0' and <= (byte)'9')))
        {
            return json.TrySkipValue(Depth);
        }

        if (!json.TryReadNumber(out _, out JsonNumber number))
        {
            return false;
        }

        if (double.IsFinite(number.Value))
        {
            destination.AddScore(task, number.Value);
        }

        return true;
    }

    /// <summary>A string without its escapes; of any other value its JSON text.</summary>
    private bool TryReadText(ref JsonCursor json, int depth, out ReadOnlySpan<byte> text, out bool isNull)
    {
        isNull = json.Current == (byte)'n';
        if (json.Current == (byte)'"')
        {
            if (!json.TryReadString(out text, out bool escaped))
            {
                return false;
            }

            if (escaped)
            {
                text = EventJsonReader.Unescape(text, ref _text);
            }

            return true;
        }

        int start = json.Position;
        bool valid = json.TrySkipValue(depth);
        text = json.From(start);
        return valid;
    }
}
