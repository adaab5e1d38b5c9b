using System.Diagnostics;
using OpenTelemetry;

namespace Fever.ServiceDefaults.Telemetry;

/// <summary>
/// Leaves out calls that no request and no sync asked for: health probes and polls, several a second, would bury the
/// traces worth reading. The callee is told so in <c>traceparent</c> and does not record its side either.
/// </summary>
internal sealed class UnaskedCalls : BaseProcessor<Activity>
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
