using Aspire.Hosting;
using Aspire.Hosting.Testing;

namespace Fever.Testing;

public static class DashboardClient
{
    /// <summary>Asks the genuine Aspire dashboard of an app that was started with one.</summary>
    /// <exception cref="InvalidOperationException">The dashboard is not installed.</exception>
    public static HttpClient CreateDashboardClient(this DistributedApplication app)
    {
        try
        {
            return app.CreateHttpClient("dashboard");
        }
        catch (ArgumentException exception)
        {
            throw new InvalidOperationException("The Aspire dashboard is not installed: run make setup.", exception);
        }
    }
}
