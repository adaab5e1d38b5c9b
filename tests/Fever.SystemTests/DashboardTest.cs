using Fever.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Fever.SystemTests;

/// <summary>A test in a browser, on the genuine Aspire dashboard of the running app.</summary>
public abstract class DashboardTest(FeverApp fever, Browser browser) : IAsyncLifetime
{
    public const string OnlyWithTheStandIns = "Only the stand-ins have a resource `dashboard`, which says where the pages are.";

    protected IPage Page { get; private set; } = null!;

    public async Task InitializeAsync() => Page = await browser.NewPageAsync();

    public Task DisposeAsync() => Page.CloseAsync();

    protected Task GoToAsync(string path) => Page.GotoAsync(new Uri(fever.DashboardUrl, path).AbsoluteUri);

    protected ILocator GetByRole(AriaRole role, string name) => Page.GetByRole(role, new() { Name = name, Exact = true });

    /// <summary>A row of any table, by the text of its cells from left to right.</summary>
    protected ILocator RowThatSays(string pattern) =>
        // Playwright puts the pattern between slashes as it is.
        Page.GetByRole(AriaRole.Row, new() { NameRegex = new(pattern.Replace("/", @"\/", StringComparison.Ordinal)) });

    /// <summary>The cell that names a resource, as in "Project: gateway".</summary>
    protected ILocator NameCell(string resource) => Page.GetByRole(AriaRole.Gridcell, new() { NameRegex = new($": {resource}$") });

    protected ILocator RowOf(string resource) => Page.GetByRole(AriaRole.Row).Filter(new() { Has = NameCell(resource) });

    /// <summary>A confirmation, or the result of a command.</summary>
    protected ILocator Dialog => Page.Locator("fluent-dialog");

    /// <summary>Picks a command in the menu of a resource, and waits until the dashboard has accepted it.</summary>
    protected Task PickCommandAsync(string resource, string command) => Eventually.BecomesTrueAsync(async () =>
    {
        await RowOf(resource).GetByRole(AriaRole.Button, new() { Name = "Actions", Exact = true }).ClickAsync();
        await GetByRole(AriaRole.Menuitem, command).ClickAsync();
        // When a row is drawn again while its menu opens, the dashboard may end the session: https://github.com/microsoft/aspire/issues/19602.
        var error = Page.GetByText("An unhandled error has occurred");
        await Expect(Page.GetByText($"{resource} \"{command}\" ").Or(error).Filter(new() { Visible = true }).First).ToBeVisibleAsync();
        var isTaken = !await error.IsVisibleAsync();
        if (!isTaken)
        {
            await Page.ReloadAsync();
        }

        return isTaken;
    });
}
