using Fever.AppHost;
using Fever.Testing;
using Microsoft.Extensions.Configuration;

namespace Fever.SystemTests;

/// <summary>A test of how the AppHost reads its settings. It starts nothing and has a folder of its own.</summary>
public abstract class SettingsTest : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected string Folder => _folder.Path;

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>With random ports and a data folder, unless the test says otherwise.</summary>
    private protected Settings Read(params (string Name, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("DcpPublisher:RandomizePorts", "true"), new("DATA_DIR", Path.Combine(Folder, "data"))])
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)))
            .Build();
        return Settings.Read(configuration, Path.Combine(Folder, "AppHost"));
    }

    protected string[] Errors(params (string Name, string? Value)[] settings) =>
        Assert.Throws<SettingsException>(() => Read(settings)).Message.Split(Environment.NewLine);

    protected string File(string content, string name = "file.json")
    {
        var path = Path.Combine(Folder, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }
}
