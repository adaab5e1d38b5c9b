using System.Text.Json;

namespace Fever.Ingestor.Feeds;

/// <summary>Reads what base plans and plans have members of.</summary>
internal static class JsonMembers
{
    /// <summary>
    /// The member's value, unless it had one before; null when there is none, or one of the wrong type, which is a
    /// fault of the draft.
    /// </summary>
    public static string? ReadText(this JsonTokens tokens, Draft draft, string name, string? before, bool isId = false)
    {
        tokens.Read();
        var isText = tokens.Type == JsonTokenType.String || (isId && tokens.Type == JsonTokenType.Number && !tokens.Token.ContainsAny(".eE"u8));
        var text = isText ? tokens.Text() : null;
        if (text is null && tokens.Type != JsonTokenType.Null)
        {
            draft.Fault ??= isText ? $"{name} is not Unicode text" : $"{name} is {tokens.Kind}, not {(isId ? "a string or an integer" : "a string")}";
            tokens.Skip();
        }

        return before ?? text;
    }
}
