using System.Runtime.CompilerServices;

namespace Fever.SystemTests;

/// <summary>The providers and the retention of PROVIDERS_FILE, and the errors for a file that cannot be used.</summary>
public sealed class ProvidersFileTests : SettingsTest
{
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
    public void PROVIDERS_FILE_is_rejected_with_the_reason_when_its_form_is_wrong(string content, string reason)
    {
        var file = File(content);

        var error = Assert.Single(Errors(("PROVIDERS_FILE", file)));

        Assert.StartsWith($"PROVIDERS_FILE is '{file}', wh", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Contains("""accepted is { "Providers": [ {""", error, StringComparison.Ordinal);
    }

    [Fact]
    public void PROVIDERS_FILE_is_rejected_when_it_is_missing_or_a_folder()
    {
        Assert.EndsWith("It is a folder.", Assert.Single(Errors(("PROVIDERS_FILE", Folder))), StringComparison.Ordinal);
        var nowhere = Path.Combine(Folder, "nowhere.json");
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
    public void Entry_is_rejected_when_its_name_or_URL_cannot_be_used(string entry, params string[] faults)
    {
        var errors = Errors(("PROVIDERS_FILE", File($$"""{"Providers":[{"Name":"first","Url":"http://a/"},{{entry}}]}""")));

        Assert.Equal(faults.Select(fault => $"PROVIDERS_FILE: Providers:1:{fault}"), errors.Select(error => error.Split(';')[0]));
        Assert.DoesNotContain("hunter2", string.Concat(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Name_is_rejected_when_two_providers_have_it()
    {
        var file = File("""{"Providers":[{"Name":"acme","Url":"http://a/"},{"Name":"acme","Url":"http://b/"},{"Name":"provider","Url":"http://c/"}]}""");

        Assert.Equal(
            ["There are 2 providers named 'acme'", "There are 2 providers named 'provider'"],
            Errors(("PROVIDERS_FILE", file), ("PROVIDER_URL", "http://d/")).Select(error => error.Split(';')[0]));
    }

    [Fact]
    public void PROVIDERS_FILE_sets_every_option_of_every_provider_and_the_retention()
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
    public void PROVIDERS_FILE_that_README_shows_is_accepted()
    {
        var readme = System.IO.File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../README.md"));
        var example = readme.Split("```json").Single(block => block.Contains("\"Providers\"", StringComparison.Ordinal)).Split("```")[0];

        var providers = Read(("PROVIDERS_FILE", File(example))).Providers;

        Assert.Equal("536870912", Assert.Single(providers.All).Options["Limits:MaxBytes"]);
        Assert.NotEmpty(providers.Retention);
    }

    private static IEnumerable<(string, string?)> Sorted(IReadOnlyDictionary<string, string?> options) =>
        options.Select(option => (option.Key, option.Value)).OrderBy(option => option.Key, StringComparer.Ordinal);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
