using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Fever.AppHost;

/// <summary>A provider that the Ingestor polls, and its configuration there: keys such as <c>Interval</c> or <c>Limits:MaxBytes</c>.</summary>
internal sealed record Provider(string Name, string Url, IReadOnlyDictionary<string, string?> Options);

/// <summary>The providers: those of <c>PROVIDERS_FILE</c>, and after them that of <c>PROVIDER_URL</c>; without either the simulator.</summary>
internal sealed partial record ProviderSettings(IReadOnlyList<Provider> All, bool IncludeSimulator, IReadOnlyDictionary<string, string?> Retention)
{
    private const string AcceptedFile = """accepted is { "Providers": [ { "Name": "…", "Url": "https://…" } ], "Retention": { … } }.""";
    private const string AcceptedUrl = "accepted is an absolute http or https URL.";

    /// <summary>
    /// <c>PROVIDERS_FILE</c>: a JSON file with <c>Providers</c> and <c>Retention</c> as the Ingestor's configuration has them.
    /// <c>PROVIDER_URL</c>: one http(s) feed. <c>PROVIDER_INTERVAL</c>: seconds between its polls, 1 to 86,400; default 300, 10 for the simulator.
    /// </summary>
    public static ProviderSettings Read(IConfiguration configuration, List<string> errors)
    {
        var file = ReadFile(configuration["PROVIDERS_FILE"], errors);
        var providers = file.GetSection("Providers").GetChildren().Select(entry => ReadEntry(entry, errors)).ToList();
        var url = configuration["PROVIDER_URL"];
        var isSimulated = providers.Count == 0 && string.IsNullOrWhiteSpace(url);
        var interval = configuration.ReadNumber("PROVIDER_INTERVAL", isSimulated ? 10 : 300, 1, 86_400, errors).ToString(CultureInfo.InvariantCulture);
        if (isSimulated)
        {
            Add("simulator", "http://simulator/feed");
        }
        else if (!string.IsNullOrWhiteSpace(url))
        {
            // Part of every event's identity: an id must not change because the provider moved to another URL.
            Add("provider", url);
            if (!IsHttp(url))
            {
                errors.Add($"PROVIDER_URL is '{url}'; {AcceptedUrl}");
            }
        }

        foreach (var twice in providers.GroupBy(provider => provider.Name).Where(group => group.Key != "" && group.Count() > 1))
        {
            errors.Add($"There are {twice.Count()} providers named '{twice.Key}'; give each a name of its own. PROVIDER_URL's is 'provider'.");
        }

        return new(providers, isSimulated, Flatten(file.GetSection("Retention")));

        void Add(string name, string address) => providers.Add(new(name, address, new Dictionary<string, string?> { ["Interval"] = interval }));
    }

    private static IConfiguration ReadFile(string? path, List<string> errors)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            return new ConfigurationBuilder().Build();
        }

        try
        {
            // Not AddJsonFile, which does not see a file whose name begins with a dot.
            using var stream = File.OpenRead(path);
            var file = new ConfigurationBuilder().AddJsonStream(stream).Build();
            if (FaultOf(file) is { } fault)
            {
                errors.Add($"PROVIDERS_FILE is '{path}', {fault}; {AcceptedFile}");
                return new ConfigurationBuilder().Build();
            }

            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            errors.Add($"PROVIDERS_FILE is '{path}', which cannot be read; {AcceptedFile} {(Directory.Exists(path) ? "It is a folder." : exception.Message.ReplaceLineEndings(" "))}");
            return new ConfigurationBuilder().Build();
        }
    }

    /// <summary>Mistakes that would otherwise be ignored silently.</summary>
    private static string? FaultOf(IConfiguration file)
    {
        var unknown = file.GetChildren().FirstOrDefault(child => child.Key.ToUpperInvariant() is not ("PROVIDERS" or "RETENTION"));
        var entries = file.GetSection("Providers").GetChildren().ToList();
        return unknown is not null ? $"which has an unknown member '{unknown.Key}'"
            : entries.Count == 0 ? "which lists no providers"
            : entries.Exists(entry => !int.TryParse(entry.Key, out _)) ? "whose Providers are not a list"
            : !string.IsNullOrEmpty(file["Retention"]) ? "whose Retention is not an object"
            : null;
    }

    /// <summary>The Ingestor checks the rest when it starts.</summary>
    private static Provider ReadEntry(IConfigurationSection entry, List<string> errors)
    {
        var (name, url) = (entry["Name"] ?? "", entry["Url"] ?? "");
        if (!AcceptedName().IsMatch(name))
        {
            errors.Add($"PROVIDERS_FILE: {entry.Path}:Name is '{name}'; accepted are 1 to 50 lower-case letters, digits and dashes.");
        }

        if (!IsHttp(url))
        {
            // Without the value: a feed's URL often contains a key.
            errors.Add($"PROVIDERS_FILE: {entry.Path}:Url is {(url == "" ? "missing" : "no such address")}; {AcceptedUrl}");
        }

        return new(name, url, Flatten(entry).Where(option => option.Key.ToUpperInvariant() is not ("NAME" or "URL")).ToDictionary());
    }

    private static bool IsHttp(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    /// <summary>Null counts as absent.</summary>
    private static Dictionary<string, string?> Flatten(IConfigurationSection section) =>
        section.AsEnumerable(makePathsRelative: true).Where(entry => entry.Value is not null).ToDictionary();

    [GeneratedRegex(@"^[a-z0-9-]{1,50}\z")]
    private static partial Regex AcceptedName();
}
