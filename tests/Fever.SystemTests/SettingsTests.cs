using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Fever.AppHost;
using Fever.Testing;
using Microsoft.Extensions.Configuration;

namespace Fever.SystemTests;

/// <summary>What the AppHost makes of its settings, without starting anything.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_defaults_are_two_replicas_the_simulator_and_a_data_folder_in_the_repository()
    {
        var settings = Read(("DATA_DIR", null));

        Assert.Equal(2, settings.SearchReplicas);
        Assert.Equal(8000, settings.GatewayPort);
        Assert.Equal("http://localhost:18888", settings.DashboardUrl);
        Assert.Equal(Path.Combine(_folder.Path, ".data"), settings.DataDirectory);
        Assert.True(settings.Providers.IncludeSimulator);
        Assert.Equal("10", Assert.Single(settings.Providers.All).Options["Interval"]);
    }

    [Theory]
    [InlineData("SEARCH_REPLICAS", "1 to 16", "0", "17", "-1", "2.5", " 2", "two", "99999999999")]
    [InlineData("GATEWAY_PORT", "1 to 65535", "0", "65536", "-80", "off", "http")]
    [InlineData("DASHBOARD_PORT", "1 to 65535, or 0 or 'off' for none", "65536", "-1", "none", "18888x")]
    [InlineData("PROVIDER_INTERVAL", "1 to 86400", "0", "86401", "1.5", "PT5M")]
    public void A_number_that_is_none_or_out_of_bounds_is_named_with_what_is_accepted(string setting, string accepted, params string[] values)
    {
        foreach (var value in values)
        {
            Assert.Equal([$"{setting} is '{value}'; accepted is a whole number from {accepted}."], Errors((setting, value)));
        }
    }

    [Theory]
    [InlineData("feeds.example/plans")]
    [InlineData("/plans")]
    [InlineData("ftp://feeds.example")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://")]
    public void A_provider_s_address_that_is_no_http_address_is_named(string url)
    {
        Assert.Equal([$"PROVIDER_URL is '{url}'; accepted is an absolute http or https URL."], Errors(("PROVIDER_URL", url)));
        Assert.Equal(
            ["PROVIDERS_FILE: Providers:0:Url is no such address; accepted is an absolute http or https URL."],
            Errors(("PROVIDERS_FILE", File($$"""{"Providers":[{"Name":"acme","Url":"{{url}}"}]}"""))));
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once() =>
        Assert.Equal(
            ["SEARCH_REPLICAS", "GATEWAY_PORT", "DASHBOARD_PORT", "DATA_DIR"],
            Errors(("SEARCH_REPLICAS", "x"), ("GATEWAY_PORT", "x"), ("DASHBOARD_PORT", "x"), ("DATA_DIR", "/proc/nowhere")).Select(error => error.Split(' ')[0]));

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("nope\n", "JSON")]
    [InlineData("[]", "'Array'")]
    [InlineData("""[{"Name":"acme","Url":"http://a/"}]""", "'Array'")]
    [InlineData("null", "'Null'")]
    [InlineData("""{"Providers":[{"Name":"a","Name":"b","Url":"http://a/"}]}""", "duplicate key")]
    [InlineData("{}", "lists no providers")]
    [InlineData("""{"Providers":[]}""", "lists no providers")]
    [InlineData("""{"Providers":null}""", "lists no providers")]
    [InlineData("""{"Providers":"http://a/"}""", "lists no providers")]
    [InlineData("""{"Providers":{"Name":"acme","Url":"http://a/"}}""", "Providers are not a list")]
    [InlineData("""{"Providers":[{"Name":"acme","Url":"http://a/"}],"Retention":"30.00:00:00"}""", "Retention is not an object")]
    [InlineData("""{"Providers":[{"Name":"acme","Url":"http://a/"}],"Retentions":{}}""", "unknown member 'Retentions'")]
    public void A_file_that_is_not_of_the_form_is_named_with_the_reason_and_the_form(string content, string reason)
    {
        var file = File(content);

        var error = Assert.Single(Errors(("PROVIDERS_FILE", file)));

        Assert.StartsWith($"PROVIDERS_FILE is '{file}', wh", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Contains("""accepted is { "Providers": [ {""", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_and_a_folder_are_said_to_be_that()
    {
        Assert.EndsWith("It is a folder.", Assert.Single(Errors(("PROVIDERS_FILE", _folder.Path))), StringComparison.Ordinal);
        var nowhere = Path.Combine(_folder.Path, "nowhere.json");
        Assert.EndsWith($"Could not find file '{nowhere}'.", Assert.Single(Errors(("PROVIDERS_FILE", nowhere))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "Name is ''", "Url is missing")]
    [InlineData("null", "Name is ''", "Url is missing")]
    [InlineData("\"http://a/\"", "Name is ''", "Url is missing")]
    [InlineData("""{"Url":"http://a/"}""", "Name is ''")]
    [InlineData("""{"Name":null,"Url":"http://a/"}""", "Name is ''")]
    [InlineData("""{"Name":"acme"}""", "Url is missing")]
    [InlineData("""{"Name":"Acme","Url":"http://a/"}""", "Name is 'Acme'")]
    [InlineData("""{"Name":"a/../b","Url":"http://a/"}""", "Name is 'a/../b'")]
    [InlineData("""{"Name":"acme","Url":"http://user:hunter2@a:port/"}""", "Url is no such address")]
    public void An_entry_without_a_usable_name_or_address_is_named(string entry, params string[] faults)
    {
        var errors = Errors(("PROVIDERS_FILE", File($$"""{"Providers":[{"Name":"first","Url":"http://a/"},{{entry}}]}""")));

        Assert.Equal(faults.Select(fault => $"PROVIDERS_FILE: Providers:1:{fault}"), errors.Select(error => error.Split(';')[0]));
        Assert.DoesNotContain("hunter2", string.Concat(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_given_twice_are_named()
    {
        var file = File("""{"Providers":[{"Name":"acme","Url":"http://a/"},{"Name":"acme","Url":"http://b/"},{"Name":"provider","Url":"http://c/"}]}""");

        Assert.Equal(
            ["There are 2 providers named 'acme'", "There are 2 providers named 'provider'"],
            Errors(("PROVIDERS_FILE", file), ("PROVIDER_URL", "http://d/")).Select(error => error.Split(';')[0]));
    }

    [Fact]
    public void A_file_gives_every_option_of_every_provider_and_the_retention()
    {
        var file = File(
            """
            {
              // A comment, trailing commas, and members in any case.
              "providers": [
                { "name": "acme", "url": "https://user:pass@a/?key=1", "Interval": 60, "Limits": { "MaxBytes": 536870912, "MaxDepth": null }, "AllowEmpty": true, "TimeZone": null },
                { "Name": "beta", "Url": "http://b/", "AllowedNetworks": [ "10.1.0.0/16", "fd00::/8" ], "MaxRejectShare": 0.25, },
              ],
              "Retention": { "PruneSyncsAfter": "30.00:00:00" },
            }
            """,
            ".providers.json");

        var providers = Read(("PROVIDERS_FILE", file), ("PROVIDER_URL", "http://c/"), ("PROVIDER_INTERVAL", "7")).Providers;

        Assert.False(providers.IncludeSimulator);
        Assert.Equal([("acme", "https://user:pass@a/?key=1"), ("beta", "http://b/"), ("provider", "http://c/")], providers.All.Select(provider => (provider.Name, provider.Url)));
        Assert.Equal([("AllowEmpty", "True"), ("Interval", "60"), ("Limits:MaxBytes", "536870912")], Sorted(providers.All[0].Options));
        Assert.Equal([("AllowedNetworks:0", "10.1.0.0/16"), ("AllowedNetworks:1", "fd00::/8"), ("MaxRejectShare", "0.25")], Sorted(providers.All[1].Options));
        Assert.Equal([("Interval", "7")], Sorted(providers.All[2].Options));
        Assert.Equal([("PruneSyncsAfter", "30.00:00:00")], Sorted(providers.Retention));
    }

    [Fact]
    public void The_file_that_README_shows_is_accepted()
    {
        var readme = System.IO.File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../README.md"));
        var example = readme.Split("```json").Single(block => block.Contains("\"Providers\"", StringComparison.Ordinal)).Split("```")[0];

        var providers = Read(("PROVIDERS_FILE", File(example))).Providers;

        Assert.Equal("536870912", Assert.Single(providers.All).Options["Limits:MaxBytes"]);
        Assert.NotEmpty(providers.Retention);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("off")]
    [InlineData("OFF")]
    public void The_dashboard_can_be_left_out(string off)
    {
        Assert.Null(Read(("DASHBOARD_PORT", off)).DashboardUrl);
        Assert.True(Settings.Options([$"--DASHBOARD_PORT={off}"]).DisableDashboard);
        Assert.False(Settings.Options(["--DASHBOARD_PORT=18888"]).DisableDashboard);
    }

    [Theory]
    [InlineData("http://localhost:15000;https://localhost:17000", null, "http://localhost:15000")]
    [InlineData("http://localhost:15000", "19000", "http://localhost:19000")]
    [InlineData("http://*:15000", null, "http://localhost:18888")]
    [InlineData("", "", "http://localhost:18888")]
    public void The_dashboard_is_where_DASHBOARD_PORT_or_else_the_launch_profile_says(string profile, string? port, string address) =>
        Assert.Equal(address, Read(("ASPNETCORE_URLS", profile), ("DASHBOARD_PORT", port)).DashboardUrl);

    [Fact]
    public void A_port_in_use_or_asked_for_twice_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = $"{((IPEndPoint)taken.LocalEndpoint).Port}";

        Assert.Equal([InUse("gateway", "GATEWAY_PORT")], Errors(("DcpPublisher:RandomizePorts", null), ("GATEWAY_PORT", port), ("DASHBOARD_PORT", "off")));
        Assert.Equal(
            [$"GATEWAY_PORT and DASHBOARD_PORT are both {port}; give them different ones.", InUse("gateway", "GATEWAY_PORT"), InUse("dashboard", "DASHBOARD_PORT")],
            Errors(("DcpPublisher:RandomizePorts", null), ("GATEWAY_PORT", port), ("DASHBOARD_PORT", port)));
        Assert.Equal(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), Read(("GATEWAY_PORT", port)).GatewayPort);

        string InUse(string resource, string setting) =>
            $"The {resource}'s port {port} is in use. Stop the program that listens there, or set {setting} to another port.";
    }

    [Fact]
    public void The_volume_is_named_after_the_data_folder_however_that_is_spelled()
    {
        var data = Path.Combine(_folder.Path, "my data");
        var volume = Read(("DATA_DIR", data)).DataVolume;

        Assert.Matches("^fever-[0-9a-f]{12}$", volume);
        Assert.Equal(volume, Read(("DATA_DIR", data + "/")).DataVolume);
        Assert.Equal(volume, Read(("DATA_DIR", Path.Combine(_folder.Path, "other", "..", "my data"))).DataVolume);
        Assert.Equal(volume, Read(("DATA_DIR", Path.GetRelativePath(Directory.GetCurrentDirectory(), data))).DataVolume);
        Assert.NotEqual(volume, Read(("DATA_DIR", data + "2")).DataVolume);
    }

    [Fact]
    public void A_data_folder_that_cannot_be_written_to_is_named()
    {
        var file = File("x");

        Assert.StartsWith("DATA_DIR is '/proc/nowhere'; accepted is a folder that can be written to.", Assert.Single(Errors(("DATA_DIR", "/proc/nowhere"))), StringComparison.Ordinal);
        Assert.StartsWith($"DATA_DIR is '{file}'; accepted is a folder", Assert.Single(Errors(("DATA_DIR", file))), StringComparison.Ordinal);
        Assert.StartsWith("DATA_DIR is '/proc'; accepted is a folder", Assert.Single(Errors(("DATA_DIR", "/proc"))), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Read().DataDirectory));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private static IEnumerable<(string, string?)> Sorted(IReadOnlyDictionary<string, string?> options) =>
        options.Select(option => (option.Key, option.Value)).OrderBy(option => option.Key, StringComparer.Ordinal);

    /// <summary>With random ports and a data folder, unless the test says otherwise.</summary>
    private Settings Read(params (string Name, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("DcpPublisher:RandomizePorts", "true"), new("DATA_DIR", Path.Combine(_folder.Path, "data"))])
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)))
            .Build();
        return Settings.Read(configuration, Path.Combine(_folder.Path, "AppHost"));
    }

    private string[] Errors(params (string Name, string? Value)[] settings) =>
        Assert.Throws<SettingsException>(() => Read(settings)).Message.Split(Environment.NewLine);

    private string File(string content, string name = "file.json")
    {
        var path = Path.Combine(_folder.Path, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }
}
