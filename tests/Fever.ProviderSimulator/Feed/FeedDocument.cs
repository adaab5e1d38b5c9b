using System.Text;
using Fever.ProviderSimulator.Catalogues;

namespace Fever.ProviderSimulator.Feed;

/// <summary>How the catalogue is written down, and what stands around it.</summary>
internal sealed class FeedDocument
{
    private string? _declared;

    public bool IsNdjson { get; set; }

    /// <summary>What the bytes are in.</summary>
    public Encoding Encoding { get; set; } = new UTF8Encoding(false);

    /// <summary>What the document and its content type say the bytes are in.</summary>
    public string Declared
    {
        get => _declared ?? (Encoding is UnicodeEncoding ? "utf-16" : Encoding.WebName);
        set => _declared = value;
    }

    public string ContentType => IsNdjson ? "application/x-ndjson" : $"application/xml; charset={Declared}";

    /// <summary>The declarations of a DTD; without any there is none.</summary>
    public string Subset { get; set; } = "";

    /// <summary>What comes after the last base plan: in XML elements, in NDJSON members of the last line, each after its comma.</summary>
    public List<IEnumerable<string>> Tails { get; } = [];

    public Task WriteAsync(IEnumerable<BasePlan> basePlans, Stream destination, CancellationToken cancellationToken) => IsNdjson
        ? PlanListNdjsonDocument.WriteAsync(this, basePlans, destination, cancellationToken)
        : PlanListDocument.WriteAsync(this, basePlans, destination, cancellationToken);
}
