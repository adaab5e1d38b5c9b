using Xunit.Abstractions;

namespace Fever.SystemTests;

/// <summary>
/// Folders depend on each other in one direction, so each can be read without those that use it. The files beside the
/// folders count as one folder, "(root)": what a folder uses of it, such as metrics, must not use that folder. Program
/// may use every folder, since none can use Program.
/// </summary>
public sealed class FolderTests(ITestOutputHelper output)
{
    /// <summary>Each project's folders that use each other, for now; a pair that no longer exists has to leave the list.</summary>
    public static readonly TheoryData<string, string[]> KnownPairs = new()
    {
        { "Fever.AppHost", [] },
        { "Fever.ServiceDefaults", [] },
        { "Fever.Gateway", [] },
        { "Fever.SearchApi", [] },
        { "Fever.Ingestor", [] },
    };

    // Names that several types have for now; one that no longer does has to leave the list.
    private static readonly string[] KnownNames = [];

    [Theory]
    [MemberData(nameof(KnownPairs))]
    public void Folders_of_a_project_do_not_use_each_other(string project, string[] known)
    {
        var uses = new CompiledProject(project).Uses;
        var mutual = uses.Where(each => uses.Contains((each.Key.To, each.Key.From))).ToList();
        mutual.ForEach(each => output.WriteLine($"{each.Key}: {string.Join(", ", each)}"));

        var pairs = mutual.Select(each => each.Key).Where(pair => string.CompareOrdinal(pair.From, pair.To) < 0);
        Assert.Equal(known, pairs.Select(pair => $"{pair.From}, {pair.To}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Type_name_belongs_to_one_type_in_all_projects()
    {
        var types = KnownPairs.SelectMany(row => new CompiledProject((string)row[0]).Types).DistinctBy(type => type.FullName.Split('`')[0]);
        var shared = types.GroupBy(type => type.Name.Split('`')[0]).Where(each => each.Count() > 1).ToList();
        shared.ForEach(each => output.WriteLine(string.Join(", ", each)));

        Assert.Equal(KnownNames, shared.Select(each => each.Key).Order(StringComparer.Ordinal));
    }
}
