using System.IO.Compression;
using System.Text;
using Fever.ProviderSimulator.Feed;
using Microsoft.Net.Http.Headers;

namespace Fever.ProviderSimulator.Misbehaviours;

internal sealed class EncodingSwitch() : ChoiceSwitch("encoding", "utf-8", "utf-8-bom", "utf-16le", "utf-16be", "iso-8859-1")
{
    protected override void Apply(string choice, FeedAnswer answer) => answer.Document.Encoding = choice switch
    {
        "utf-8-bom" => Encoding.UTF8,
        "utf-16le" => Encoding.Unicode,
        "utf-16be" => Encoding.BigEndianUnicode,
        "iso-8859-1" => Encoding.Latin1,
        _ => answer.Document.Encoding,
    };
}

internal sealed class DeclaredSwitch() : Switch("declared", "the name of an encoding, with format=xml")
{
    public override bool TryApply(string value, FeedAnswer answer)
    {
        answer.Document.Declared = value;
        return !answer.Document.IsNdjson && value != "" && value.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
    }
}

internal sealed class InvalidSwitch() : NumberSwitch("invalid", "the place of a byte", 0, NumberSwitch.Endless)
{
    protected override void Apply(long number, FeedAnswer answer) => answer.OnWire(inner => new InvalidStream(inner, number));

    private sealed class InvalidStream(Stream inner, long place) : WireStream(inner)
    {
        private long _passed;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var index = place - _passed;
            _passed += buffer.Length;
            if (index < 0 || index >= buffer.Length)
            {
                await Inner.WriteAsync(buffer, cancellationToken);
                return;
            }

            await Inner.WriteAsync(buffer[..(int)index], cancellationToken);
            // A byte that UTF-8 has nowhere.
            await Inner.WriteAsync(new byte[] { 0xFF }, cancellationToken);
            await Inner.WriteAsync(buffer[((int)index + 1)..], cancellationToken);
        }
    }
}

/// <summary>Compresses, unlike an honest server also when nobody asked; <c>asked</c> is the honest server, <c>claimed</c> says gzip and sends none.</summary>
internal sealed class CodingSwitch() : ChoiceSwitch("coding", "gzip", "br", "asked", "claimed")
{
    private static readonly string[] Codings = ["br", "gzip"];

    protected override void Apply(string choice, FeedAnswer answer)
    {
        var headers = answer.Context.Response.Headers;
        var coding = choice == "asked" ? Asked(answer.Context.Request) : choice;
        if (choice == "asked")
        {
            headers.Vary = HeaderNames.AcceptEncoding;
        }

        if (coding is not null)
        {
            headers.ContentEncoding = coding == "claimed" ? "gzip" : coding;
            answer.OnWire(inner => coding switch
            {
                "gzip" => new GZipStream(inner, CompressionLevel.Optimal),
                "br" => new BrotliStream(inner, CompressionLevel.Optimal),
                _ => inner,
            });
        }
    }

    private static string? Asked(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding.Where(coding => coding.Quality != 0).Select(coding => coding.Value.ToString());
        return Codings.Intersect(accepted, StringComparer.OrdinalIgnoreCase).FirstOrDefault();
    }
}
