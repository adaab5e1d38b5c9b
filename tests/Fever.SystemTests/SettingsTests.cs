using System.Net;
using System.Net.Sockets;
using Fever.AppHost;

namespace Fever.SystemTests;

/// <summary>Ports, replicas, the data folder, and every other setting but PROVIDERS_FILE.</summary>
public sealed class SettingsTests : SettingsTest
{
    [Fact]
    public void Defaults_are_two_replicas_the_simulator_and_a_data_folder_in_the_repository()
    {
        var settings = Read(("DATA_DIR", null));

        Assert.Equal(2, settings.SearchReplicas);
        Assert.Equal(8000, settings.GatewayPort);
        Assert.Equal("http://localhost:18888", settings.DashboardUrl);
        Assert.Equal(Path.Combine(Folder, ".data"), settings.DataDirectory);
        Assert.True(settings.Providers.IncludeSimulator);
        Assert.Equal("10", Assert.Single(settings.Providers.All).Options["Interval"]);
    }

    [Theory]
    [InlineData("SEARCH_REPLICAS", "1 to 16", "0", "17", "-1", "2.5", " 2", "two", "99999999999")]
    [InlineData("GATEWAY_PORT", "1 to 65535", "0", "65536", "-80", "off", "http")]
    [InlineData("DASHBOARD_PORT", "1 to 65535, or 0 or 'off' for none", "65536", "-1", "none", "18888x")]
    [InlineData("PROVIDER_INTERVAL", "1 to 86400", "0", "86401", "1.5", "PT5M")]
    public void Number_is_rejected_with_the_accepted_range_when_it_is_unreadable_or_out_of_range(string setting, string accepted, params string[] values)
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
    public void PROVIDER_URL_is_rejected_when_it_is_not_an_http_URL(string url)
    {
        Assert.Equal([$"PROVIDER_URL is '{url}'; accepted is an absolute http or https URL."], Errors(("PROVIDER_URL", url)));
        Assert.Equal(
            ["PROVIDERS_FILE: Providers:0:Url is no such address; accepted is an absolute http or https URL."],
            Errors(("PROVIDERS_FILE", File($$"""{"Providers":[{"Name":"acme","Url":"{{url}}"}]}"""))));
    }

    [Fact]
    public void All_errors_are_reported_at_once() =>
        Assert.Equal(
            ["SEARCH_REPLICAS", "GATEWAY_PORT", "DASHBOARD_PORT", "DATA_DIR"],
            Errors(("SEARCH_REPLICAS", "x"), ("GATEWAY_PORT", "x"), ("DASHBOARD_PORT", "x"), ("DATA_DIR", "/proc/nowhere")).Select(error => error.Split(' ')[0]));

    [Theory]
    [InlineData("0")]
    [InlineData("off")]
    [InlineData("OFF")]
    public void Dashboard_is_off_when_DASHBOARD_PORT_says_so(string off)
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
    public void Dashboard_listens_where_DASHBOARD_PORT_or_else_the_launch_profile_says(string profile, string? port, string address) =>
        Assert.Equal(address, Read(("ASPNETCORE_URLS", profile), ("DASHBOARD_PORT", port)).DashboardUrl);

    [Fact]
    public void Port_is_rejected_when_it_is_in_use_or_set_twice()
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
    public void Volume_has_the_same_name_for_every_spelling_of_the_data_folder()
    {
        var data = Path.Combine(Folder, "my data");
        var volume = Read(("DATA_DIR", data)).DataVolume;

        Assert.Matches("^fever-[0-9a-f]{12}$", volume);
        Assert.Equal(volume, Read(("DATA_DIR", data + "/")).DataVolume);
        Assert.Equal(volume, Read(("DATA_DIR", Path.Combine(Folder, "other", "..", "my data"))).DataVolume);
        Assert.Equal(volume, Read(("DATA_DIR", Path.GetRelativePath(Directory.GetCurrentDirectory(), data))).DataVolume);
        Assert.NotEqual(volume, Read(("DATA_DIR", data + "2")).DataVolume);
    }

    [Fact]
    public void DATA_DIR_is_rejected_when_it_is_not_writable()
    {
        var file = File("x");

        Assert.StartsWith("DATA_DIR is '/proc/nowhere'; accepted is a folder that can be written to.", Assert.Single(Errors(("DATA_DIR", "/proc/nowhere"))), StringComparison.Ordinal);
        Assert.StartsWith($"DATA_DIR is '{file}'; accepted is a folder", Assert.Single(Errors(("DATA_DIR", file))), StringComparison.Ordinal);
        Assert.StartsWith("DATA_DIR is '/proc'; accepted is a folder", Assert.Single(Errors(("DATA_DIR", "/proc"))), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Read().DataDirectory));
    }
}
