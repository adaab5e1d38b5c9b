using System.Diagnostics;

namespace Fever.Ingestor;

/// <summary>The Ingestor's own spans: <c>sync</c> with <c>read feed</c> and <c>write catalog</c> beneath.</summary>
internal static class IngestorTracing
{
    public static readonly ActivitySource Source = new("Fever.Ingestor");
}
