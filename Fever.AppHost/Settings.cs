using System.Globalization;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Fever.AppHost;

/// <summary>What a user may set, by environment variable or as <c>--NAME=value</c> on the command line.</summary>
internal sealed record Settings
{
    /// <summary>A search that finds what the simulator ever had on sale.</summary>
    public const string SampleSearch = "/search?starts_at=2021-02-01T00:00:00Z&ends_at=2022-07-03T00:00:00Z";

    private const int DefaultDashboardPort = 18888;

    /// <summary><c>PROVIDER_URL</c> and <c>PROVIDERS_FILE</c>, else the simulator.</summary>
    public required ProviderSettings Providers { get; init; }

    /// <summary><c>SEARCH_REPLICAS</c>: 1 to 16; default 2.</summary>
    public required int SearchReplicas { get; init; }

    /// <summary><c>GATEWAY_PORT</c>: default 8000.</summary>
    public required int GatewayPort { get; init; }

    /// <summary><c>DASHBOARD_PORT</c>: default 18888, or what the launch profile says; <c>0</c> or <c>off</c> for no dashboard, then null.</summary>
    public required string? DashboardUrl { get; init; }

    /// <summary><c>DATA_DIR</c>: the folder for the data when they are not in containers; default <c>.data</c> in the repository. An empty folder means a fresh database.</summary>
    public required string DataDirectory { get; init; }

    public string DataVolume => VolumeOf(DataDirectory);

    /// <summary>The file in which the simulator keeps which of its feeds comes next. It lies with the data, so that an empty folder resets both.</summary>
    public string SimulatorTurnFile => Path.Combine(DataDirectory, "simulator-turn");

    /// <summary>Two servers on one volume would corrupt it, so it is named after the data folder: another folder, another volume.</summary>
    public static string VolumeOf(string dataDirectory) => $"fever-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataDirectory)))[..12]}";

    /// <summary>The builder needs to know whether there is a dashboard; the other settings are read from the builder.</summary>
    public static DistributedApplicationOptions Options(string[] args)
    {
        // Traffic inside the app must not go through an HTTP proxy. Processes that the AppHost starts inherit this.
        var direct = Environment.GetEnvironmentVariable("no_proxy") ?? Environment.GetEnvironmentVariable("NO_PROXY");
        Environment.SetEnvironmentVariable("no_proxy", $"localhost,127.0.0.1,{direct}".TrimEnd(','));

        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        return new() { Args = args, DisableDashboard = IsOff(configuration["DASHBOARD_PORT"]), AllowUnsecuredTransport = true };
    }

    /// <exception cref="SettingsException">Names every setting that cannot be used.</exception>
    public static Settings Read(IConfiguration configuration, string appHostDirectory)
    {
        var errors = new List<string>();
        var settings = new Settings
        {
            Providers = ProviderSettings.Read(configuration, errors),
            SearchReplicas = configuration.ReadNumber("SEARCH_REPLICAS", 2, 1, 16, errors),
            GatewayPort = configuration.ReadNumber("GATEWAY_PORT", 8000, 1, 65_535, errors),
            DashboardUrl = ReadDashboardUrl(configuration, errors),
            // Without the separator at its end, with which the volume would have another name.
            DataDirectory = Path.TrimEndingDirectorySeparator(
                Path.GetFullPath(configuration["DATA_DIR"] is { Length: > 0 } directory ? directory : Path.Combine(appHostDirectory, "..", ".data"))),
        };
        settings.CheckDataDirectory(errors);
        if (!configuration.HasRandomPorts())
        {
            settings.CheckPorts(errors);
        }

        return errors.Count == 0 ? settings : throw new SettingsException(errors);
    }

    private static bool IsOff(string? port) => port is "0" || string.Equals(port, "off", StringComparison.OrdinalIgnoreCase);

    private static string? ReadDashboardUrl(IConfiguration configuration, List<string> errors)
    {
        if (IsOff(configuration["DASHBOARD_PORT"]))
        {
            return null;
        }

        var port = configuration.ReadNumber("DASHBOARD_PORT", DefaultDashboardPort, 1, 65_535, errors, ", or 0 or 'off' for none");
        var profile = string.IsNullOrEmpty(configuration["DASHBOARD_PORT"]) ? configuration["ASPNETCORE_URLS"]?.Split(';')[0] : null;
        // Kestrel accepts http://*:80 too, but a user cannot open that.
        return Uri.TryCreate(profile, UriKind.Absolute, out _) ? profile : $"http://localhost:{port}";
    }

    /// <summary>Creates the folder. Otherwise a server would fail later, with a message that does not name the setting.</summary>
    private void CheckDataDirectory(List<string> errors)
    {
        try
        {
            Directory.CreateDirectory(DataDirectory);
            using var probe = File.Create(Path.Combine(DataDirectory, $".{Guid.NewGuid():N}"), 1, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add($"DATA_DIR is '{DataDirectory}'; accepted is a folder that can be written to. {exception.Message}");
        }
    }

    /// <summary>Aspire itself does not report a port in use for half a minute.</summary>
    private void CheckPorts(List<string> errors)
    {
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        var dashboardPort = Uri.TryCreate(DashboardUrl, UriKind.Absolute, out var dashboard) ? dashboard.Port : (int?)null;
        if (GatewayPort == dashboardPort)
        {
            errors.Add($"GATEWAY_PORT and DASHBOARD_PORT are both {GatewayPort}; give them different ones.");
        }

        Check("gateway", "GATEWAY_PORT", GatewayPort);
        Check("dashboard", "DASHBOARD_PORT", dashboardPort);

        void Check(string resource, string name, int? port)
        {
            if (port is { } number && listening.Contains(number))
            {
                errors.Add($"The {resource}'s port {number} is in use. Stop the program that listens there, or set {name} to another port.");
            }
        }
    }
}

internal sealed class SettingsException(IEnumerable<string> errors) : Exception(string.Join(Environment.NewLine, errors));

internal static class SettingsExtensions
{
    /// <summary>Reads the settings; with a bad one the AppHost ends here, with one line for each.</summary>
    public static Settings AddSettings(this IDistributedApplicationBuilder builder)
    {
        try
        {
            var settings = Settings.Read(builder.Configuration, builder.AppHostDirectory);
            // The AppHost must also start without its launch profile, which would set this.
            builder.Configuration["ASPNETCORE_URLS"] = settings.DashboardUrl;
            builder.Configuration["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true";
            // No token: the dashboard's pages are for the users of this machine. Its endpoints for telemetry and resources have generated keys.
            builder.Configuration["AppHost:BrowserToken"] = builder.Configuration["ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN"];
            return settings;
        }
        // In a test the process belongs to the test runner.
        catch (SettingsException exception) when (!builder.Configuration.HasRandomPorts())
        {
            Console.Error.WriteLine(exception.Message);
            Environment.Exit(2);
            throw;
        }
    }

    /// <summary>As in a test, and after <c>aspire run --isolated</c>.</summary>
    public static bool HasRandomPorts(this IConfiguration configuration) => configuration.GetValue("DcpPublisher:RandomizePorts", false);

    /// <summary>A whole number within its bounds, or the default where there is none. Any other value is an error.</summary>
    public static int ReadNumber(this IConfiguration configuration, string name, int otherwise, int least, int most, List<string> errors, string also = "")
    {
        if (configuration[name] is not { Length: > 0 } text)
        {
            return otherwise;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
        {
            errors.Add($"{name} is '{text}'; accepted is a whole number from {least} to {most}{also}.");
        }

        return number;
    }
}
