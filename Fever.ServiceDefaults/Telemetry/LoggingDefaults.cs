using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fever.ServiceDefaults.Telemetry;

internal static class LoggingDefaults
{
    private static readonly (string Category, LogLevel Level)[] Quiet =
    [
        ("Microsoft", LogLevel.Warning),
        ("System", LogLevel.Warning),
        ("Microsoft.Hosting.Lifetime", LogLevel.Information),
        // A check that fails is the answer to whoever asked; while a service starts that would be an error line per probe.
        ("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None),
    ];

    /// <summary>One line an entry, and of the framework only what needs attention. Configuration (<c>Logging:LogLevel</c>) has the last word.</summary>
    public static void AddLogging(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<LoggerFilterOptions>(filters =>
        {
            foreach (var (category, level) in Quiet)
            {
                // In front: of two rules for one category the later one counts.
                filters.Rules.Insert(0, new LoggerFilterRule(providerName: null, category, level, filter: null));
            }
        });
    }
}
