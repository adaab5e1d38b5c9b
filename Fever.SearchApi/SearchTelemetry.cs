using System.Diagnostics;

namespace Fever.SearchApi;

/// <summary>Spans of our own.</summary>
internal static class SearchTelemetry
{
    public const string ReadSpan = "read events";

    private static readonly ActivitySource Source = new("Fever.SearchApi");

    /// <summary>A round trip for several searches belongs to the trace of the first of them.</summary>
    public static Activity? StartRead(Activity? asked, int searches)
    {
        Activity.Current = asked;
        return Source.StartActivity(ReadSpan, ActivityKind.Internal, default(ActivityContext), [new("fever.search.reads", searches)]);
    }
}
