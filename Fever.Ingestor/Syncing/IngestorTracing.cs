using System.Diagnostics;

namespace Fever.Ingestor.Syncing;

/// <summary>The Ingestor's own spans: <c>sync</c> with the phases <c>fetch</c>, <c>read</c> and <c>write</c> that it got to beneath.</summary>
internal static class IngestorTracing
{
    public static readonly ActivitySource Source = new("Fever.Ingestor");
}
