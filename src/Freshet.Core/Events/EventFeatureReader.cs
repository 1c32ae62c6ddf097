namespace Freshet.Core.Events;

/// <summary>Reads the objects <c>features</c> and <c>scores</c> of an event.</summary>
internal static class EventFeatureReader
{
    private const int Depth = 2; // open around a feature's value: the event and the object

    /// <summary>Adds every entry of the object at the cursor to <c>features</c>; false on a syntax error.</summary>
    public static bool TryReadFeatures(ref JsonCursor json, BehaviourEvent destination)
    {
        _ = json.TrySkip((byte)'{');
        if (json.Current != (byte)'}')
        {
            do
            {
                if (!TryReadName(ref json, destination, out TextRange name) || !TryReadFeature(ref json, name, destination))
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
    public static bool TryReadScores(ref JsonCursor json, BehaviourEvent destination)
    {
        _ = json.TrySkip((byte)'{');
        if (json.Current != (byte)'}')
        {
            do
            {
                if (!TryReadName(ref json, destination, out TextRange name) || !TryReadScore(ref json, name, destination))
                {
                    return false;
                }

                json.SkipWhiteSpace();
            }
            while (json.TrySkip((byte)','));
        }

        return json.TrySkip((byte)'}');
    }

    private static bool TryReadName(ref JsonCursor json, BehaviourEvent destination, out TextRange name)
    {
        if (!json.TryReadString(out name, out bool escaped))
        {
            return false;
        }

        if (escaped)
        {
            name = destination.Unescape(name);
        }

        json.SkipWhiteSpace();
        return json.TrySkip((byte)':');
    }

    private static bool TryReadFeature(ref JsonCursor json, TextRange name, BehaviourEvent destination)
    {
        switch (json.Current)
        {
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                if (!json.TryReadNumber(out TextRange digits, out JsonNumber number))
                {
                    return false;
                }

                AddNumber(name, digits, number.Value, destination);
                return true;
            case (byte)'[':
                return TryReadList(ref json, name, destination);
            default:
                if (!TryReadText(ref json, Depth, destination, out TextRange text, out bool isNull))
                {
                    return false;
                }

                if (!isNull)
                {
                    destination.BeginFeature(name, FeatureKind.Text, double.NaN);
                    destination.AddValueOfFeature(text);
                }

                return true;
        }
    }

    private static void AddNumber(TextRange name, TextRange digits, double value, BehaviourEvent destination)
    {
        // 1e999 can still be an id, but is no number to learn from.
        bool finite = double.IsFinite(value);
        destination.BeginFeature(name, finite ? FeatureKind.Number : FeatureKind.Text, finite ? value : double.NaN);
        destination.AddValueOfFeature(digits);
    }

    private static bool TryReadList(ref JsonCursor json, TextRange name, BehaviourEvent destination)
    {
        destination.BeginFeature(name, FeatureKind.TextList, double.NaN);
        _ = json.TrySkip((byte)'[');
        if (json.Current != (byte)']')
        {
            do
            {
                if (!TryReadText(ref json, Depth + 1, destination, out TextRange text, out bool isNull))
                {
                    return false;
                }

                if (!isNull)
                {
                    destination.AddValueOfFeature(text);
                }

                json.SkipWhiteSpace();
            }
            while (json.TrySkip((byte)','));
        }

        return json.TrySkip((byte)']');
    }

    private static bool TryReadScore(ref JsonCursor json, TextRange task, BehaviourEvent destination)
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
    private static bool TryReadText(ref JsonCursor json, int depth, BehaviourEvent destination, out TextRange text, out bool isNull)
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
                text = destination.Unescape(text);
            }

            return true;
        }

        int start = json.Position;
        bool valid = json.TrySkipValue(depth);
        text = json.From(start);
        return valid;
    }
}
