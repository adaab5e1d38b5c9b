using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Fever.AppHost;

/// <summary>What a user may set, by environment variable or as <c>--NAME=value</c> on the command line.</summary>
internal sealed record Settings
{
    /// <summary>Name of the volume that holds PostgreSQL's data.</summary>
    public const string DataVolume = "fever-postgres";

    /// <summary><c>PROVIDER_URL</c>: an http(s) feed to poll instead of the simulator.</summary>
    public required string ProviderUrl { get; init; }

    public required bool UsesSimulator { get; init; }

    /// <summary>Part of every event's identity: an id must not change because the provider moved to another URL.</summary>
    public string ProviderName => UsesSimulator ? "simulator" : "provider";

    /// <summary><c>PROVIDER_INTERVAL</c>: seconds between polls, 1 to 86,400; default 10 for the simulator, 300 for a real provider.</summary>
    public required string ProviderInterval { get; init; }

    /// <summary><c>SEARCH_REPLICAS</c>: 1 to 16; default 2.</summary>
    public required int SearchReplicas { get; init; }

    /// <summary><c>GATEWAY_PORT</c>: default 8000.</summary>
    public required int GatewayPort { get; init; }

    /// <summary><c>DASHBOARD_PORT</c>: default 18888; <c>0</c> or <c>off</c> for no dashboard, then null.</summary>
    public required int? DashboardPort { get; init; }

    /// <summary><c>DATA_DIR</c>: where data lies when no container holds it; default <c>.data</c> in the repository. An empty folder is a fresh database.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where the simulator keeps which of its answers comes next: with the data, so that both begin anew together.</summary>
    public string SimulatorTurnFile => Path.Combine(DataDirectory, "simulator-turn");

    /// <exception cref="SettingsException">Names every setting that cannot be used.</exception>
    public static Settings Read(IConfiguration configuration, string appHostDirectory)
    {
        var errors = new List<string>();
        var url = configuration["PROVIDER_URL"];
        var simulated = string.IsNullOrWhiteSpace(url);
        if (!simulated && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            errors.Add($"PROVIDER_URL is '{url}'; accepted is an absolute http or https URL.");
        }

        var dashboard = configuration["DASHBOARD_PORT"];
        var noDashboard = dashboard is "0" || string.Equals(dashboard, "off", StringComparison.OrdinalIgnoreCase);
        var settings = new Settings
        {
            UsesSimulator = simulated,
            ProviderUrl = simulated ? "http://simulator/feed" : url!,
            ProviderInterval = Number("PROVIDER_INTERVAL", simulated ? 10 : 300, 1, 86_400).ToString(CultureInfo.InvariantCulture),
            SearchReplicas = Number("SEARCH_REPLICAS", 2, 1, 16),
            GatewayPort = Number("GATEWAY_PORT", 8000, 1, 65_535),
            DashboardPort = noDashboard ? null : Number("DASHBOARD_PORT", 18888, 1, 65_535, "or 0 or 'off' for none"),
            DataDirectory = Path.GetFullPath(configuration["DATA_DIR"] is { Length: > 0 } directory ? directory : Path.Combine(appHostDirectory, "..", ".data")),
        };
        if (settings.GatewayPort == settings.DashboardPort)
        {
            errors.Add($"GATEWAY_PORT and DASHBOARD_PORT are both {settings.GatewayPort}; give them different ones.");
        }

        return errors.Count == 0 ? settings : throw new SettingsException(errors);

        int Number(string name, int otherwise, int least, int most, string also = "")
        {
            if (configuration[name] is not { Length: > 0 } text)
            {
                return otherwise;
            }

            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
            {
                errors.Add($"{name} is '{text}'; accepted is a whole number from {least} to {most} {also}".TrimEnd() + ".");
            }

            return number;
        }
    }
}

internal sealed class SettingsException(IEnumerable<string> errors) : Exception(string.Join(Environment.NewLine, errors));

internal static class SettingsBuilding
{
    /// <summary>Reads the settings; with a bad one the AppHost ends here, with one line for each.</summary>
    public static Settings AddSettings(this IDistributedApplicationBuilder builder)
    {
        try
        {
            return Settings.Read(builder.Configuration, builder.AppHostDirectory);
        }
        catch (SettingsException exception)
        {
            Console.Error.WriteLine(exception.Message);
            Environment.Exit(2);
            throw;
        }
    }
}
