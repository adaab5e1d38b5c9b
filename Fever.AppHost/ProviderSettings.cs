using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Fever.AppHost;

/// <summary>A provider that the Ingestor polls, and its configuration there: keys such as <c>Interval</c> or <c>Limits:MaxBytes</c>.</summary>
internal sealed record Provider(string Name, string Url, IReadOnlyDictionary<string, string?> Options);

/// <summary>The providers: those of <c>PROVIDERS_FILE</c>, and after them that of <c>PROVIDER_URL</c>; without either the simulator.</summary>
internal sealed record ProviderSettings(IReadOnlyList<Provider> All, bool IncludeSimulator, IReadOnlyDictionary<string, string?> Retention)
{
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
            if (!(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            {
                errors.Add($"PROVIDER_URL is '{url}'; accepted is an absolute http or https URL.");
            }
        }

        foreach (var twice in providers.GroupBy(provider => provider.Name).Where(group => group.Count() > 1))
        {
            errors.Add($"There are {twice.Count()} providers named '{twice.Key}'; give each a name of its own. PROVIDER_URL's is 'provider'.");
        }

        return new(providers, isSimulated, Flatten(file.GetSection("Retention")));

        void Add(string name, string address) => providers.Add(new(name, address, new Dictionary<string, string?> { ["Interval"] = interval }));
    }

    private static IConfiguration ReadFile(string? path, List<string> errors)
    {
        var builder = new ConfigurationBuilder();
        if (string.IsNullOrWhiteSpace(path))
        {
            return builder.Build();
        }

        try
        {
            var file = builder.AddJsonFile(Path.GetFullPath(path), optional: false).Build();
            if (!file.GetSection("Providers").GetChildren().Any())
            {
                errors.Add($"PROVIDERS_FILE is '{path}', which lists no providers; accepted is {{ \"Providers\": [ {{ \"Name\": \"…\", \"Url\": \"https://…\" }} ] }}.");
            }

            return file;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            errors.Add($"PROVIDERS_FILE is '{path}', which cannot be read: {(exception.InnerException ?? exception).Message}");
            return new ConfigurationBuilder().Build();
        }
    }

    /// <summary>The Ingestor checks the rest when it starts.</summary>
    private static Provider ReadEntry(IConfigurationSection entry, List<string> errors)
    {
        var options = Flatten(entry);
        foreach (var name in ((string[])["Name", "Url"]).Where(name => string.IsNullOrWhiteSpace(entry[name])))
        {
            errors.Add($"PROVIDERS_FILE: {entry.Path} has no {name}.");
        }

        return new(entry["Name"] ?? "", entry["Url"] ?? "", options.Where(option => option.Key is not ("Name" or "Url")).ToDictionary());
    }

    private static Dictionary<string, string?> Flatten(IConfigurationSection section) =>
        section.AsEnumerable(makePathsRelative: true).Where(entry => entry.Value is not null).ToDictionary();
}
