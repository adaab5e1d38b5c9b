using System.Globalization;

namespace Fever.ProviderSimulator.Feed;

/// <summary>One query parameter of the feed, and what it does to the answer.</summary>
internal abstract class Switch(string name, string accepted)
{
    public string Name => name;

    public string Accepted => accepted;

    /// <summary>Prepares the answer; nothing has been sent yet. False when the value is not accepted.</summary>
    public abstract bool TryApply(string value, FeedAnswer answer);
}

/// <summary>A switch whose value is a whole number.</summary>
internal abstract class NumberSwitch(string name, string what, long least, long most)
    : Switch(name, string.Create(CultureInfo.InvariantCulture, $"{what} from {least} to {most}"))
{
    /// <summary>Larger than any document, and small enough to calculate with.</summary>
    public const long Endless = 1L << 50;

    public sealed override bool TryApply(string value, FeedAnswer answer)
    {
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
        {
            return false;
        }

        Apply(number, answer);
        return true;
    }

    protected abstract void Apply(long number, FeedAnswer answer);
}

/// <summary>A switch with a few positions.</summary>
internal abstract class ChoiceSwitch(string name, params string[] choices) : Switch(name, string.Join(" or ", choices))
{
    public sealed override bool TryApply(string value, FeedAnswer answer)
    {
        if (!choices.Contains(value))
        {
            return false;
        }

        Apply(value, answer);
        return true;
    }

    protected abstract void Apply(string choice, FeedAnswer answer);
}

/// <summary>A switch whose value goes into a header: what a header cannot carry would fail the answer later.</summary>
internal abstract class HeaderSwitch(string name, string what) : Switch(name, $"{what} in printable ASCII")
{
    public sealed override bool TryApply(string value, FeedAnswer answer)
    {
        if (value.Any(character => character is < ' ' or > '~'))
        {
            return false;
        }

        Apply(value, answer);
        return true;
    }

    protected abstract void Apply(string value, FeedAnswer answer);
}

/// <summary>A switch that prints its value, whatever it is, in place of another.</summary>
internal abstract class TextSwitch(string name) : Switch(name, "any text")
{
    public sealed override bool TryApply(string value, FeedAnswer answer)
    {
        Apply(value, answer);
        return true;
    }

    protected abstract void Apply(string value, FeedAnswer answer);
}
