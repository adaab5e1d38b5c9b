using Fever.Testing;
using Microsoft.Playwright;
using Npgsql;
using static Microsoft.Playwright.Assertions;

namespace Fever.SystemTests;

/// <summary>What the pages of the dashboard show about the running app.</summary>
[Collection(SharedApp.Name)]
public sealed class DashboardPageTests(FeverApp fever, Browser browser) : DashboardTest(fever, browser)
{
    private readonly FeverApp _fever = fever;

    [StandInFact(OnlyWithTheStandIns)]
    public async Task Resources_page_shows_every_resource_running_beneath_its_parent()
    {
        await GoToAsync("/");

        string[] resources = ["postgres", "feverdb", "cache", "simulator", "ingestor", "searchapi", "searchapi-1", "searchapi-2", "gateway"];
        foreach (var resource in resources)
        {
            await Expect(RowOf(resource).GetByRole(AriaRole.Gridcell, new() { Name = "Running", Exact = true })).ToBeVisibleAsync();
        }

        await Expect(Page.GetByText($"Showing {resources.Length} resources")).ToBeVisibleAsync();
        foreach (var (parent, child) in ((string, string)[])[("postgres", "feverdb"), ("searchapi", "searchapi-[12]")])
        {
            await RowOf(parent).GetByRole(AriaRole.Button, new() { Name = "Toggle nesting" }).ClickAsync();
            await Expect(RowOf(child)).ToHaveCountAsync(0);
        }
    }

    [StandInFact(OnlyWithTheStandIns)]
    public async Task Resources_page_has_links_that_work()
    {
        await GoToAsync("/");

        foreach (var (resource, link, content) in ((string, string, string)[])
            [("gateway", "Search", "\"events\""), ("gateway", "API docs", "swagger-ui"), ("ingestor", "Operate", "\"providers\""), ("simulator", "Feed", "<base_plan ")])
        {
            var url = await RowOf(resource).GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).GetAttributeAsync("href");
            var response = await Page.APIRequest.GetAsync(url!);
            Assert.Equal(200, response.Status);
            Assert.Contains(content, await response.TextAsync(), StringComparison.Ordinal);
        }
    }

    [StandInFact(OnlyWithTheStandIns)]
    public async Task Details_of_a_replica_show_its_health_and_its_references_and_mask_its_variables()
    {
        await GoToAsync("/");

        await NameCell("searchapi-1").ClickAsync();

        await Expect(RowThatSays("^searchapi-1_http_/health_200_check .*Healthy")).ToBeVisibleAsync();
        foreach (var reference in (string[])["feverdb Reference, WaitFor", "cache Reference, WaitFor", "ingestor WaitFor", "searchapi Parent", "gateway Reference, WaitFor"])
        {
            await Expect(RowThatSays($"^{reference} View$")).ToBeVisibleAsync();
        }

        await Expect(RowThatSays("^ConnectionStrings__feverdb .*●●●●")).ToBeVisibleAsync();
        var password = new NpgsqlConnectionStringBuilder(await _fever.DatabaseAsync()).Password!;
        Assert.DoesNotContain(password, await Page.ContentAsync(), StringComparison.Ordinal);
    }

    [StandInFact(OnlyWithTheStandIns)]
    public async Task Parameters_tab_shows_the_URL_of_the_feed()
    {
        await GoToAsync("/");

        await GetByRole(AriaRole.Tab, "Parameters").ClickAsync();

        await Expect(RowThatSays("^Parameter: provider-0-url Running .*http://simulator/feed")).ToBeVisibleAsync();
    }

    [StandInFact(OnlyWithTheStandIns)]
    public async Task Console_logs_page_shows_lines_from_the_start_and_new_ones_as_they_come()
    {
        await GoToAsync("/consolelogs/resource/postgres");
        await Expect(Page.GetByText("starting PostgreSQL")).ToBeVisibleAsync();

        var unknown = $"nothing_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(await _fever.DatabaseAsync()) { Database = unknown }.ConnectionString);
        await Assert.ThrowsAsync<PostgresException>(connection.OpenAsync);

        await Expect(Page.GetByText($"database \"{unknown}\" does not exist")).ToBeVisibleAsync();
    }

    [StandInFact(OnlyWithTheStandIns)]
    public async Task Traces_page_shows_a_search_through_the_gateway_and_a_replica()
    {
        await _fever.SearchAsync($"/search?starts_at={Random.Shared.Next(1000, 9999)}-01-01");

        await GoToAsync("/traces/resource/gateway");

        await Expect(RowThatSays(@"gateway: GET /search .*gateway \(\d+\) .*searchapi-[12] \(\d+\)").First).ToBeVisibleAsync();
    }

    [StandInFact(OnlyWithTheStandIns)]
    public async Task Metrics_page_shows_the_duration_of_the_gateways_searches()
    {
        await _fever.SearchAsync();
        await GoToAsync("/metrics/resource/gateway");

        await GetByRole(AriaRole.Treeitem, "http.server.request.duration").ClickAsync();

        await Expect(Page.GetByText("Duration of HTTP server requests.")).ToBeVisibleAsync();
        await Expect(RowThatSays("^http.route .*/search")).ToBeVisibleAsync();
    }

    [StandInFact(OnlyWithTheStandIns)]
    public async Task No_page_warns_that_an_endpoint_is_unsecured()
    {
        await GoToAsync("/");

        foreach (var (link, heading) in ((string, string)[])
            [("Console", "Console logs"), ("Structured logs", "Structured logs"), ("Traces", "Traces"), ("Metrics", "Metrics"), ("Resources", "Resources")])
        {
            await GetByRole(AriaRole.Link, link).ClickAsync();
            await Expect(GetByRole(AriaRole.Heading, heading)).ToBeVisibleAsync();
            await Expect(Page.GetByText("unsecured")).ToHaveCountAsync(0);
        }
    }
}
