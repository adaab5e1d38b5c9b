using System.Reflection;

namespace Fever.StandIns.Tests;

/// <summary>Skipped where `make setup` found no dashboard to fetch.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DashboardFactAttribute : FactAttribute
{
    public DashboardFactAttribute()
    {
        var tools = typeof(DashboardFactAttribute).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(item => item.Key == "ToolsFolder").Value!;
        if (!Directory.Exists(Path.Combine(tools, "home/.aspire/versions")))
        {
            Skip = "The Aspire dashboard is not installed (make setup).";
        }
    }
}
