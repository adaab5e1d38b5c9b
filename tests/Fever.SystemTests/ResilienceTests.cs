using Fever.Testing;

namespace Fever.SystemTests;

/// <summary>These tests stop parts of the app that all tests share, and leave it healthy.</summary>
[Collection(SharedApp.Name)]
public sealed class ResilienceTests(FeverApp fever)
{
    [StandInTheory("The real Aspire does not restart a process that died.")]
    [InlineData("Fever.SearchApi.dll", true)]
    [InlineData("Fever.Ingestor.dll", true)]
    [InlineData("Fever.ProviderSimulator.dll", true)]
    [InlineData("native/bin/postgres", true)]
    [InlineData("GarnetServer.dll", true)]
    [InlineData("Fever.Gateway.dll", false)]
    public async Task Killed_process_is_restarted_and_search_keeps_responding(string program, bool searchResponds)
    {
        await fever.LatestSamplesAsync();
        var before = Processes.Running(program);
        Assert.NotEmpty(before);

        Processes.Signal(before[0], "KILL");

        await Eventually.BecomesAsync(
            async () =>
            {
                if (searchResponds)
                {
                    Assert.True(Samples.AreLatest(await fever.SearchAsync()));
                }

                return Processes.Running(program);
            },
            now => now.Length == before.Length && !now.Contains(before[0]));
        await fever.HealthyAsync();
        Assert.True(Samples.AreLatest(await fever.SearchAsync()));
    }

    [Fact]
    public async Task Events_survive_a_restart_without_the_provider()
    {
        var before = await fever.LatestSamplesAsync();

        await fever.StopAsync();
        await fever.StartAsync("--PROVIDER_URL=http://127.0.0.1:9/", "--PROVIDER_INTERVAL=1");

        Assert.Equal(before.Select(e => e.GetRawText()), (await fever.SearchAsync()).Select(e => e.GetRawText()));
        await fever.StopAsync();
        await fever.StartAsync("--PROVIDER_INTERVAL=1");
    }
}
