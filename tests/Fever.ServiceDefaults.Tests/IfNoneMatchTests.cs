using Fever.ServiceDefaults.Http;

namespace Fever.ServiceDefaults.Tests;

public sealed class IfNoneMatchTests
{
    [Theory]
    [InlineData("\"7\"")]
    [InlineData("W/\"7\"")]
    [InlineData("*")]
    [InlineData("\"6\", \"7\"")]
    [InlineData("\"a,b\",W/\"7\" , \"8\"")]
    [InlineData(" \t\"7\"\t")]
    [InlineData("\"6\"", "\"7\"")]
    public void A_condition_matches_when_it_lists_the_entity_tag(params string[] lines)
    {
        Assert.True(IfNoneMatch.Matches(lines, "\"7\""));
        Assert.True(IfNoneMatch.Matches(lines, "W/\"7\""));
    }

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData("\"6\"")]
    [InlineData("\"77\"")]
    [InlineData("\"6\", \"8\"")]
    [InlineData("7")]
    [InlineData("\"7")]
    [InlineData("w/\"7\"")]
    [InlineData("\"*\"")]
    [InlineData("\"6\", 7, \"7\"")]
    [InlineData("\"")]
    [InlineData(",")]
    [InlineData("\"6\"", "\"8\"")]
    public void A_condition_does_not_match_when_it_does_not_list_the_entity_tag(params string[] lines) =>
        Assert.False(IfNoneMatch.Matches(lines, "\"7\""));
}
