using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;

namespace Fever.SearchApi.Tests;

/// <summary>Remembers every finished span that would be exported.</summary>
internal sealed class SpanRecorder : BaseProcessor<Activity>
{
    private readonly ConcurrentQueue<Activity> _spans = new();

    public override void OnEnd(Activity data) => _spans.Enqueue(data);

    public Activity[] Of(ActivityTraceId trace) => [.. _spans.Where(span => span.TraceId == trace)];

    public Activity[] Mentioning(string text) =>
        [.. _spans.Where(span => span.TagObjects.Any(tag => tag.Value is string value && value.Contains(text, StringComparison.Ordinal)))];
}
