using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fever.ServiceDefaults.Telemetry;

internal static class LoggingDefaults
{
    private static readonly (string? Provider, string Category, LogLevel Level)[] Quiet =
    [
        (null, "Microsoft", LogLevel.Warning),
        (null, "System", LogLevel.Warning),
        (null, "Microsoft.Hosting.Lifetime", LogLevel.Information),
        // Several services share a console, and whoever started them says when they are up.
        ("Console", "Microsoft.Hosting.Lifetime", LogLevel.Warning),
        // A check that fails is the answer to whoever asked; while a service starts that would be an error line per probe.
        (null, "Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None),
        // A scope and a span for each request, whether sampled or not.
        (null, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None),
    ];

    /// <summary>One line an entry, and of the framework only what needs attention. Configuration (<c>Logging:LogLevel</c>) has the last word.</summary>
    public static void AddLogging(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<LoggerFilterOptions>(filters =>
        {
            foreach (var (provider, category, level) in Quiet)
            {
                // In front: of two rules for one category the later one counts.
                filters.Rules.Insert(0, new LoggerFilterRule(provider, category, level, filter: null));
            }
        });
    }
}
