using System.Diagnostics;

namespace Fever.SearchApi;

/// <summary>Spans of what is done for a search outside its request.</summary>
internal static class SearchTelemetry
{
    public const string ReadSpan = "read events";
    public const string ReadsTag = "fever.search.reads";

    private static readonly ActivitySource Source = new("Fever.SearchApi");

    /// <param name="name">What is done.</param>
    /// <param name="asked">The span that asked for it, which may have ended; without one there is nothing to show.</param>
    /// <param name="searches">For how many searches at once; those after the first that is sampled have their own traces.</param>
    public static Activity? Start(string name, ActivityContext asked, int searches = 1) =>
        asked == default ? null : Source.StartActivity(name, ActivityKind.Internal, asked, [new(ReadsTag, searches)]);
}
