using System.Globalization;
using Fever.ProviderSimulator.Feed;

namespace Fever.ProviderSimulator.Misbehaviours;

/// <summary>Ten entities, each ten of the one before: a title of 3 GB for whoever expands them.</summary>
internal sealed class LaughsSwitch() : Switch("laughs", "on, with format=xml")
{
    public override bool TryApply(string value, FeedAnswer answer)
    {
        var entities = Enumerable.Range(1, 9).Select(level =>
            $"<!ENTITY lol{level} \"{string.Concat(Enumerable.Repeat($"&lol{level - 1};", 10))}\">");
        answer.Document.Subset += $"<!ENTITY lol0 \"lol\">{string.Concat(entities)}";
        answer.Document.Tails.Add(["<base_plan base_plan_id=\"laughs\" sell_mode=\"online\" title=\"&lol9;\"/>"]);
        return value == "on" && !answer.Document.IsNdjson;
    }
}

internal sealed class EntitySwitch() : Switch("entity", "an absolute URI, with format=xml")
{
    public override bool TryApply(string value, FeedAnswer answer)
    {
        var isUri = Uri.TryCreate(value, UriKind.Absolute, out var uri);
        answer.Document.Subset += $"<!ENTITY outside SYSTEM \"{uri?.AbsoluteUri}\">";
        // Not in an attribute: there XML itself forbids it (section 3.1).
        answer.Document.Tails.Add(["<note>&outside;</note>"]);
        return isUri && !answer.Document.IsNdjson;
    }
}

internal sealed class AttributeSwitch() : NumberSwitch("attribute", "bytes of one title", 0, NumberSwitch.Endless)
{
    protected override void Apply(long number, FeedAnswer answer) => answer.Document.Tails.Add(answer.Document.IsNdjson
        ? Pieces.Repeat("a", number).Prepend(",\"title\":\"").Append("\"")
        : Pieces.Repeat("a", number).Prepend("<base_plan title=\"").Append("\"/>"));
}

internal sealed class NestingSwitch() : NumberSwitch("nesting", "levels", 0, NumberSwitch.Endless)
{
    protected override void Apply(long number, FeedAnswer answer) => answer.Document.Tails.Add(answer.Document.IsNdjson
        ? Pieces.Repeat("[", number).Concat(Pieces.Repeat("]", number)).Prepend(",\"nested\":[").Append("]")
        : Pieces.Repeat("<nested>", number).Concat(Pieces.Repeat("</nested>", number)));
}

/// <summary>So many bytes that mean nothing, in steps of 16 KiB: with <c>coding</c> a decompression bomb.</summary>
internal sealed class PaddingSwitch() : NumberSwitch("padding", "bytes", 0, NumberSwitch.Endless)
{
    private const int Step = 16 * 1024;

    // Blank runs this long compress about as far as gzip can, and each is a token that a reader may well hold.
    private static readonly string Blank = new(' ', Step - 8);

    protected override void Apply(long number, FeedAnswer answer)
    {
        var steps = (number + Step - 1) / Step;
        answer.Document.Tails.Add(answer.Document.IsNdjson
            ? Pieces.Repeat($",\"{Blank}\"     ", steps).Prepend(",\"padding\":[0").Append("]")
            : Pieces.Repeat($"<!--{Blank}-->\n", steps));
    }
}

internal sealed class EndlessSwitch() : ChoiceSwitch("endless", "records", "names")
{
    protected override void Apply(string choice, FeedAnswer answer)
    {
        if (choice == "records")
        {
            answer.Plans = NumberSwitch.Endless;
        }
        else
        {
            answer.Document.Tails.Add(Names(answer.Document.IsNdjson));
        }
    }

    private static IEnumerable<string> Names(bool isNdjson)
    {
        const int PerPiece = 1_000;
        for (var first = 0L; ; first += PerPiece)
        {
            yield return string.Concat(Enumerable.Range(0, PerPiece).Select(index =>
            {
                var number = (first + index).ToString(CultureInfo.InvariantCulture);
                return isNdjson ? $",\"a{number}\":0" : $"<a{number}/>";
            }));
        }
    }
}

internal static class Pieces
{
    private const int Length = 16 * 1024;

    /// <summary>The text so many times, in pieces small enough to hold.</summary>
    public static IEnumerable<string> Repeat(string text, long times)
    {
        var perPiece = Math.Max(1, Length / text.Length);
        var piece = string.Concat(Enumerable.Repeat(text, perPiece));
        for (; times > perPiece; times -= perPiece)
        {
            yield return piece;
        }

        yield return piece[..(int)(times * text.Length)];
    }
}
