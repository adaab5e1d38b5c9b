namespace Fever.ServiceDefaults.Errors;

public static class StringExtensions
{
    /// <summary>
    /// The value's first characters, never half a surrogate pair, with an ellipsis when it was longer: a caller
    /// cannot make our messages and logs as long as it likes.
    /// </summary>
    public static string Truncate(this string? value, int maxLength = 100)
    {
        if (value is null || value.Length <= maxLength)
        {
            return value ?? "";
        }

        var end = char.IsHighSurrogate(value[maxLength - 1]) ? maxLength - 1 : maxLength;
        return string.Concat(value.AsSpan(0, end), "…");
    }
}
