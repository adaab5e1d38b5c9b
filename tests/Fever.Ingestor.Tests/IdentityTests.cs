using Fever.Ingestor.Catalog;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

[Collection(nameof(SharedServers))]
public sealed class IdentityTests(Servers servers)
{
    [Fact]
    public void Name_based_uuid_is_that_of_RFC_9562_appendix_A_4() =>
        Assert.Equal(
            new Guid("2ed6657d-e927-568b-95e1-2665a8aea6a2"),
            EventIdentity.Version5(new Guid("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "www.example.com"));

    [Theory]
    [InlineData("291", "291", "1aa3883b-94ab-5f27-ab33-5d12399a96b5")]
    [InlineData("322", "1642", "954fca48-7e56-52de-8158-d7728eeb899c")]
    [InlineData("322", "1643", "6acd43cd-121b-5986-9c9f-9a4ddb6d941d")]
    [InlineData("1591", "1642", "59885b09-d971-5ccf-bbb2-ab9faee7c961")]
    public void Ids_that_clients_keep_never_change(string basePlan, string plan, string id) =>
        Assert.Equal(new Guid(id), EventIdentity.Of("fever", new PlanKey(basePlan, plan)));

    [Fact]
    public void Ids_do_not_depend_on_where_one_part_ends_and_the_next_begins()
    {
        var ids = new[] { ("1", "23"), ("12", "3"), ("123", ""), ("1:2", "3"), ("1,", "23"), ("1", ",23"), ("1,2:23", "") }
            .Select(plan => EventIdentity.Of("p", new PlanKey(plan.Item1, plan.Item2)));

        Assert.Distinct(ids);
    }

    [Fact]
    public async Task Same_ids_under_two_providers_and_two_base_plans_are_different_events()
    {
        await using var first = await StubProvider.StartAsync(BasePlan("1", "7", title: "A"), BasePlan("2", "7", title: "B"));
        await using var second = await StubProvider.StartAsync(BasePlan("1", "7", title: "C"));
        await using var ingestor = await IngestorApp.StartAsync(servers, first.Url, second.Url);

        second.Serve(BasePlan("9", "9", title: "D"));
        await ingestor.PollAsync(providers: 2);

        Assert.Equal(
            ["p0 1 7 A f", "p0 2 7 B f", "p1 1 7 C t", "p1 9 9 D f"],
            await ingestor.RowsAsync("SELECT provider, base_plan_id, plan_id, title, missing_since IS NOT NULL FROM events ORDER BY title"));
    }
}
