using System.Diagnostics;
using OpenTelemetry;

namespace Fever.ServiceDefaults.Telemetry;

/// <summary>
/// Drops client spans without a parent: health probes and polls, several a second, would hide the traces worth reading.
/// The callee sees it in <c>traceparent</c> and does not record its side either.
/// </summary>
internal sealed class RootClientSpanFilter : BaseProcessor<Activity>
{
    public override void OnStart(Activity data)
    {
        if (data is { Kind: ActivityKind.Client, Parent: null })
        {
            data.IsAllDataRequested = false;
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
