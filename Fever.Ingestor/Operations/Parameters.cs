using System.Globalization;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Syncing;
using Fever.ServiceDefaults.Errors;

namespace Fever.Ingestor.Operations;

/// <summary>Reads the parameters of a list, each of which may be left out, and keeps what to tell the caller of the first bad one.</summary>
internal sealed class Parameters(IQueryCollection query)
{
    public const string LimitName = "limit";
    public const string CursorName = "cursor";
    public const string ProviderName = "provider";
    public const string OutcomeName = "outcome";
    public const int MaxLimit = 1_000;
    public const int DefaultLimit = 100;

    public static readonly string[] Outcomes = [.. Enum.GetValues<SyncOutcome>().Select(outcome => outcome.ToSnakeCase())];

    private static readonly string AcceptedLimit = $"a whole number from 1 to {MaxLimit}";
    private static readonly string AcceptedOutcome = $"one of {string.Join(", ", Outcomes)}";

    public delegate bool Parser<T>(string text, out T value);

    public string? Problem { get; private set; }

    public int Limit() => Read(LimitName, AcceptedLimit, DefaultLimit, TryLimit);

    public T? Cursor<T>(Parser<T?> parse)
        where T : class => Read(CursorName, "the \"next\" of an earlier answer of this list, unchanged", null, parse);

    /// <summary>Any text: what is no provider's name selects nothing.</summary>
    public string? Provider() => Read<string?>(ProviderName, "a provider's name", null, TryText);

    public string? Outcome() => Read<string?>(OutcomeName, AcceptedOutcome, null, TryOutcome);

    private T Read<T>(string name, string accepted, T otherwise, Parser<T> parse)
    {
        var values = query[name];
        if (values.Count == 0)
        {
            return otherwise;
        }

        if (values is [{ Length: > 0 } text] && parse(text, out var value))
        {
            return value;
        }

        Problem ??= values.Count > 1
            ? $"{name} is given {values.Count} times ({values.ToString().Truncate()}); give it once, as {accepted}."
            : $"{name} is \"{values[0].Truncate()}\"; it must be {accepted}, or left out.";
        return otherwise;
    }

    // .NET reads a number that is followed by U+0000.
    private static bool TryLimit(string text, out int limit) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit && !text.Contains('\0');

    private static bool TryText(string text, out string? value)
    {
        value = text.ReplaceInvalid();
        return true;
    }

    private static bool TryOutcome(string text, out string? outcome)
    {
        outcome = text;
        return Outcomes.Contains(text);
    }
}
