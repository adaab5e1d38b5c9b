using Xunit;

namespace Fever.Testing;

/// <summary>A fact about the genuine Aspire dashboard, skipped where <c>make setup</c> has not unpacked it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DashboardFactAttribute : FactAttribute
{
    public DashboardFactAttribute()
    {
        if (!Installed)
        {
            Skip = "The Aspire dashboard is not installed: run make setup.";
        }
    }

    public static bool Installed { get; } = Directory.Exists(Path.Combine(RepositoryRoot(), "standins/.tools/home/.aspire/versions"));

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Fever.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder.FullName;
    }
}
