using Microsoft.Playwright;

namespace Fever.SystemTests;

/// <summary>One headless Chromium for all tests, started when the first of them needs it.</summary>
public sealed class Browser : IAsyncLifetime
{
    // The limit only ends a test that would hang.
    private const float Patience = 120_000;

    // Chromium's sandbox does not run as root, and nothing here may depend on a network beyond this machine.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>A page in a browser context of its own, which ends with it.</summary>
    /// <exception cref="InvalidOperationException">Chromium is not installed.</exception>
    public async Task<IPage> NewPageAsync()
    {
        _browser ??= await LaunchAsync();
        var page = await _browser.NewPageAsync(new() { ViewportSize = new() { Width = 1600, Height = 1000 } });
        page.SetDefaultTimeout(Patience);
        return page;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    private async Task<IBrowser> LaunchAsync()
    {
        var program = FindChromium() ?? throw new InvalidOperationException(
            "The tests of the dashboard's pages need Chromium: none of chromium, chromium-browser and google-chrome is on the PATH. On Debian: apt-get install chromium.");
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Arguments });
    }

    private static string? FindChromium() =>
        (from name in (string[])["chromium", "chromium-browser", "google-chrome"]
         from folder in Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
         select Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
