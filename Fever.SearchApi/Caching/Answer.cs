using Fever.SearchApi.Search;

namespace Fever.SearchApi.Caching;

/// <summary>
/// An answer ready to be sent, and of which catalogue it is. It is current for as long as the catalogue has that
/// version; afterwards it is what was last known.
/// </summary>
internal sealed class Answer
{
    /// <summary>Smaller bodies are sent as they are: they fit into one packet anyway.</summary>
    private const int MinCompressed = 1024;

    // What holds it in memory, roughly.
    private const int Overhead = 512;

    private readonly EntityTag _tag;
    private Lazy<Task<Representation>>? _gzip;
    private Lazy<Task<Representation>>? _brotli;

    public Answer(Question question, CatalogVersion version, byte[] body, Cursor? next, Spool? large = null)
    {
        Large = large;
        (Question, Version, Next) = (question, version, next);
        _tag = new EntityTag(question, version);
        Plain = new Representation(body, null, _tag.For(ContentCoding.Identity));
    }

    /// <summary>The question it answers; a canonical one stands for all those that have the same answer.</summary>
    public Question Question { get; }

    public CatalogVersion Version { get; }

    /// <summary>Where the next page begins; null when there is none.</summary>
    public Cursor? Next { get; }

    /// <summary>Where the body is when it is too large for memory.</summary>
    public Spool? Large { get; }

    /// <summary>As it is, not compressed.</summary>
    public Representation Plain { get; }

    /// <summary>That the questions it would stand for have different answers: it has no body, and each is asked by itself.</summary>
    public bool IsSplit => Large is null && Plain.Body.Length == 0;

    /// <summary>Bytes it takes, in memory or on disk; compressed forms of what we send take half of the body at the most.</summary>
    public long Size => Overhead + (Large?.Length ?? Plain.Body.Length) + (IsCompressible ? Plain.Body.Length / 2 : 0);

    private bool IsCompressible => Plain.Body.Length >= MinCompressed;

    public static Answer Split(Question question, CatalogVersion version) => new(question, version, [], next: null);

    /// <summary>In the coding that the caller prefers: compressed once, for whoever asks first.</summary>
    public Task<Representation>? In(ContentCoding coding)
    {
        if (coding == ContentCoding.Identity || !IsCompressible)
        {
            return null;
        }

        ref var form = ref (coding == ContentCoding.Gzip ? ref _gzip : ref _brotli);
        return (form ?? Interlocked.CompareExchange(ref form, Compressing(coding), null) ?? form).Value;
    }

    private Lazy<Task<Representation>> Compressing(ContentCoding coding) =>
        new(() => Task.Run(() => new Representation(coding.Compress(Plain.Body), coding.Name(), _tag.For(coding))));
}

/// <summary>One form of an answer (RFC 9110, 3.2).</summary>
/// <param name="Body">The bytes to send.</param>
/// <param name="ContentEncoding">Null when they are not compressed.</param>
/// <param name="ETag">Of this form: a strong validator must tell compressed bytes from others (RFC 9110, 8.8.3.3).</param>
internal sealed record Representation(byte[] Body, string? ContentEncoding, string ETag);
