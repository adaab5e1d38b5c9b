using System.Text.RegularExpressions;
using Aspire.Hosting.Running;

namespace Fever.StandIns.Tests;

public sealed partial class ParityTableTests
{
    [Fact]
    public void Every_behaviour_in_the_table_names_a_test_that_there_is()
    {
        var table = File.ReadLines(Path.Combine(Tools.StandInsFolder, "README.md"))
            .SkipWhile(line => !line.StartsWith("| behaviour |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'));
        var tests = typeof(ParityTableTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Where(method => method.IsDefined(typeof(FactAttribute), inherit: true)).Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet();

        var named = table.Where(line => !line.EndsWith("| | | |", StringComparison.Ordinal)).Select(line => TestName().Match(line).Groups[1].Value).ToList();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, tests));
    }

    [GeneratedRegex(@"\| `(\w+\.\w+)` \|$")]
    private static partial Regex TestName();
}
