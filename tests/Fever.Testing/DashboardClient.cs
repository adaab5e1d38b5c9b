using Aspire.Hosting;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fever.Testing;

public static class DashboardClient
{
    /// <summary>A client of the genuine Aspire dashboard of an app that was started with one.</summary>
    /// <exception cref="InvalidOperationException">The dashboard is not installed.</exception>
    public static HttpClient CreateDashboardClient(this DistributedApplication app)
    {
        try
        {
            var client = app.CreateHttpClient("dashboard");
            client.DefaultRequestHeaders.Add("x-api-key", app.Services.GetRequiredService<IConfiguration>()["AppHost:DashboardApiKey"]);
            return client;
        }
        catch (ArgumentException exception)
        {
            throw new InvalidOperationException("The Aspire dashboard is not installed: run make setup.", exception);
        }
    }
}
