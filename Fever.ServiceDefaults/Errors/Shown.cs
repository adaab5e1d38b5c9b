namespace Fever.ServiceDefaults.Errors;

/// <summary>Quotes a caller's own value in a message, so that a caller cannot make messages (and logs) as long as it likes.</summary>
public static class Shown
{
    private const int MaxLength = 100;

    /// <summary>The value's first 100 characters, never half a surrogate pair, with an ellipsis when cut.</summary>
    public static string Cut(string? value)
    {
        if (value is null || value.Length <= MaxLength)
        {
            return value ?? "";
        }

        var end = char.IsHighSurrogate(value[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return string.Concat(value.AsSpan(0, end), "…");
    }
}
