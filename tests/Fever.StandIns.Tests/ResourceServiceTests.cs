using Aspire.Hosting.Dashboard.Protocol;
using Fever.Testing;

namespace Fever.StandIns.Tests;

/// <summary>What the dashboard is told of the resources, and what it can have done with them.</summary>
[Collection(nameof(DashboardApp))]
public sealed class ResourceServiceTests(DashboardApp running) : IDisposable
{
    private readonly ResourceServiceClient _service = new(running.App);

    private DistributedApplication App => running.App;

    [Fact]
    public async Task A_resource_comes_with_all_that_the_dashboard_shows_of_it()
    {
        var simulator = await _service.ResourceAsync("simulator", resource => resource.HealthReports.Any(report => report.Status == 0));
        var process = (await App.HealthyAsync("simulator")).ProcessId();

        Assert.Equal("Project", simulator.ResourceType);
        Assert.Equal("Running", simulator.State);
        Assert.InRange(simulator.StartedAt.ToDateTime(), simulator.CreatedAt.ToDateTime(), simulator.HealthReports.Single().LastRunAt.ToDateTime());
        Assert.Equal("simulator_http_/health_200_check", simulator.HealthReports.Single().Key);
        Assert.Equal(("DocumentTable", 0), (simulator.IconName, simulator.IconVariant));
        Assert.Equal($"{process}", ValueOf(simulator, "executable.pid"));
        Assert.EndsWith("Fever.ProviderSimulator.csproj", ValueOf(simulator, "project.path"), StringComparison.Ordinal);
        Assert.Equal([("group", "Parent"), ("talker", "WaitFor")], simulator.Relationships.Select(other => (other.ResourceName, other.Type)).Order());
        var variables = await Processes.EnvironmentOfAsync(process);
        Assert.Contains(simulator.Environment, variable => variable.Name == "ASPNETCORE_URLS" && variable.Value == variables["ASPNETCORE_URLS"] && variable.IsFromSpec);
        Assert.DoesNotContain(simulator.Environment, variable => variable.Name == "PATH");
        Assert.Equal($"{simulator.DisplayName}-{variables["OTEL_RESOURCE_ATTRIBUTES"].Split('=')[1]}", simulator.Name);
    }

    [Fact]
    public async Task Every_resource_is_there_and_the_dashboard_itself_is_hidden()
    {
        var all = new Dictionary<string, Aspire.Hosting.Dashboard.Protocol.Resource>();
        await foreach (var resource in _service.ResourcesAsync())
        {
            all[resource.DisplayName] = resource;
            if (all.Count == 9)
            {
                break;
            }
        }

        Assert.Equal(["chatty", "dashboard", "group", "mortal", "secret", "setting", "simulator", "talker", "worker"], all.Keys.Order());
        Assert.Equal(["dashboard"], all.Values.Where(resource => resource.IsHidden).Select(resource => resource.DisplayName));
        Assert.Equal(("Parameter", "Running", "plain", false), Parameter("setting"));
        Assert.Equal(("Parameter", "Running", "s3cret", true), Parameter("secret"));
        Assert.Equal(all["group"].Name, ValueOf(all["simulator"], "resource.parentName"));

        (string, string, string, bool) Parameter(string name)
        {
            var value = all[name].Properties.Single(property => property.Name == "Value");
            return (all[name].ResourceType, all[name].State, value.Value.StringValue, value.IsSensitive);
        }
    }

    [Fact]
    public async Task The_urls_of_a_resource_are_absolute_and_each_is_where_it_was_put()
    {
        var simulator = await _service.ResourceAsync("simulator", resource => resource.State == "Running");
        var (http, admin) = (App.GetEndpoint("simulator").Port, App.GetEndpoint("simulator", "admin").Port);

        Assert.Equal(
            [
                ("", $"http://localhost:{admin}", "admin", true),
                ("Docs", "https://example.org/docs", "http", false),
                ("Feed", $"http://localhost:{http}/feed?page=1", "http", false),
                ("Health", $"http://localhost:{http}/health", "http", true),
            ],
            simulator.Urls.Select(url => (url.DisplayProperties.DisplayName, url.FullUrl.TrimEnd('/'), url.EndpointName, url.IsInternal)).Order());
        Assert.DoesNotContain(simulator.Urls, url => url.IsInactive);
    }

    [Fact]
    public async Task A_change_is_told_as_it_happens_when_a_process_is_killed()
    {
        var process = (await App.HealthyAsync("mortal")).ProcessId();
        var states = new List<string>();
        await foreach (var resource in _service.ResourcesAsync())
        {
            if (resource.DisplayName != "mortal" || resource.State == states.LastOrDefault())
            {
                continue;
            }

            states.Add(resource.State);
            if (states is ["Running"])
            {
                Processes.Signal(process, "KILL");
            }
            else if (states.Count > 1 && resource.State == "Running")
            {
                break;
            }
            else
            {
                Assert.DoesNotContain(resource.Properties, property => property.Name == "executable.pid");
            }
        }

        Assert.Equal(["Running", "Exited", "Starting", "Running"], states);
    }

    [Fact]
    public async Task The_console_log_begins_with_the_process_and_goes_on_when_it_is_started_again()
    {
        var lines = new List<ConsoleLogLine>();
        await foreach (var line in _service.LinesAsync("talker", follow: true))
        {
            lines.Add(line);
            if (lines.Count == 2)
            {
                Processes.Signal((await App.HealthyAsync("talker")).ProcessId(), "KILL");
            }
            else if (lines.Count == 5)
            {
                break;
            }
        }

        Assert.Equal([1, 2, 3, 4, 5], lines.Select(line => line.LineNumber));
        Assert.Equal([("hello", false), ("oops", true)], lines[..2].Select(line => (line.Text, line.IsStdErr)).Order());
        Assert.StartsWith("ended with code 137", lines[2].Text, StringComparison.Ordinal);
        Assert.Equal([("hello", false), ("oops", true)], lines[3..].Select(line => (line.Text, line.IsStdErr)).Order());
    }

    [Fact]
    public async Task The_last_lines_ten_thousand_at_least_are_kept_and_reading_them_ends_when_not_asked_to_follow()
    {
        await _service.LinesAsync("chatty", follow: true).FirstAsync(line => line.Text == "25000");

        var kept = await _service.LinesAsync("chatty", follow: false).ToListAsync();

        Assert.InRange(kept.Count, 10_000, 20_000);
        Assert.Equal(Enumerable.Range(25_001 - kept.Count, kept.Count), kept.Select(line => line.LineNumber));
        Assert.All(kept, line => Assert.Equal($"{line.LineNumber}", line.Text));
    }

    [Fact]
    public async Task A_resource_obeys_stop_and_start_and_restart()
    {
        await App.HealthyAsync("worker");
        var worker = await _service.NameOfAsync("worker");
        Assert.Equal(["later 1", "report 0", "restart 0", "start 2", "stop 0"], await CommandsAsync());

        Assert.Equal(1, (await _service.CommandAsync(worker, "stop")).Kind);
        var stopped = await _service.ResourceAsync("worker", _ => true);
        Assert.Equal("Exited", stopped.State);
        Assert.True(stopped.StoppedAt.ToDateTime() >= stopped.StartedAt.ToDateTime());
        Assert.Equal(["later 1", "report 0", "restart 2", "start 0", "stop 2"], await CommandsAsync());
        Assert.Equal(2, (await _service.CommandAsync(worker, "stop")).Kind);
        Assert.Equal(2, (await _service.CommandAsync(worker, "restart")).Kind);

        Assert.Equal(1, (await _service.CommandAsync(worker, "start")).Kind);
        var before = (await App.HealthyAsync("worker")).ProcessId();
        Assert.Equal(2, (await _service.CommandAsync(worker, "start")).Kind);
        Assert.Equal(1, (await _service.CommandAsync(worker, "restart")).Kind);
        Assert.NotEqual(before, (await App.HealthyAsync("worker")).ProcessId());

        async Task<IEnumerable<string>> CommandsAsync() =>
            (await _service.ResourceAsync("worker", _ => true)).Commands.Select(command => $"{command.Name} {command.State}").Order();
    }

    [Fact]
    public async Task A_command_of_the_applications_own_is_shown_and_its_result_is_told()
    {
        var worker = await _service.ResourceAsync("worker", _ => true);
        var report = worker.Commands.Single(command => command.Name == "report");

        var result = await _service.CommandAsync(worker.Name, "report");

        Assert.Equal(("Report", "Says how it goes.", "Really?", "Document", 1, true), (report.DisplayName, report.DisplayDescription, report.ConfirmationMessage, report.IconName, report.IconVariant, report.IsHighlighted));
        Assert.Equal((1, "Done."), (result.Kind, result.Message));
        Assert.Equal(("{}", 2, true), (result.Result.Value, result.Result.Format, result.Result.DisplayImmediately));
    }

    [Fact]
    public async Task A_command_that_cannot_be_carried_out_fails_with_a_message()
    {
        var worker = await _service.NameOfAsync("worker");

        foreach (var (resource, command) in (IEnumerable<(string, string)>)[(worker, "later"), (worker, "no-such-command"), ("no-such-resource", "stop"), ("", "")])
        {
            var response = await _service.CommandAsync(resource, command);
            Assert.Equal(2, response.Kind);
            Assert.NotEmpty(response.Message);
        }
    }

    public void Dispose() => _service.Dispose();

    private static string ValueOf(Aspire.Hosting.Dashboard.Protocol.Resource resource, string property) =>
        resource.Properties.Single(each => each.Name == property).Value.StringValue;
}
