using System.Globalization;

namespace Fever.Ingestor.Feeds;

/// <summary>Reads prices, of which a feed may have a million.</summary>
internal static class Price
{
    // Any number of so many digits fits a long.
    private const int MaxShortLength = 18;

    // xs:decimal: white space and a sign are fine; an exponent, NaN and a decimal comma are not.
    private const NumberStyles Style = NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite | NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>PostgreSQL's numeric holds every decimal.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out decimal price)
    {
        if (TryParseShort(text, out price))
        {
            return true;
        }

        // .NET ignores U+0000 after a number.
        return decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out price) && price >= 0 && !text.Contains('\0');
    }

    /// <summary>Reads digits with or without a decimal point, as nearly all prices are written, six times as fast as <see cref="decimal"/> does.</summary>
    private static bool TryParseShort(ReadOnlySpan<char> text, out decimal price)
    {
        price = 0;
        if (text.Length > MaxShortLength)
        {
            return false;
        }

        var value = 0L;
        var scale = -1;
        foreach (var character in text)
        {
            var digit = (uint)(character - '0');
            if (digit <= 9)
            {
                value = (value * 10) + digit;
                scale += scale < 0 ? 0 : 1;
            }
            else if (character == '.' && scale < 0)
            {
                scale = 0;
            }
            else
            {
                return false;
            }
        }

        price = new decimal((int)value, (int)(value >> 32), 0, isNegative: false, (byte)Math.Max(scale, 0));
        return text.Length > (scale < 0 ? 0 : 1);
    }
}
