using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fever.ServiceDefaults.Telemetry;

internal static class LoggingExtensions
{
    private static readonly (string? Provider, string Category, LogLevel Level)[] DefaultLevels =
    [
        (null, "Microsoft", LogLevel.Warning),
        (null, "System", LogLevel.Warning),
        (null, "Microsoft.Hosting.Lifetime", LogLevel.Information),
        // Several services share a console; the AppHost prints when they are up.
        ("Console", "Microsoft.Hosting.Lifetime", LogLevel.Warning),
        // The response to the probe says that a check fails; while a service starts, each probe would log an error.
        (null, "Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None),
        // Makes a scope and a span for each request, whether sampled or not.
        (null, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None),
    ];

    /// <summary>One line per entry, and only warnings from the framework. Configuration (<c>Logging:LogLevel</c>) takes precedence.</summary>
    public static void AddLogging(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<LoggerFilterOptions>(filters =>
        {
            foreach (var (provider, category, level) in DefaultLevels)
            {
                // At the front: of two rules for one category the later one wins.
                filters.Rules.Insert(0, new LoggerFilterRule(provider, category, level, filter: null));
            }
        });
    }
}
