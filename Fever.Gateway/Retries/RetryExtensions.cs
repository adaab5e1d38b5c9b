namespace Fever.Gateway.Retries;

internal static class RetryExtensions
{
    public static void AddRetries(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RetryOptions>().BindConfiguration("Retries").ValidateDataAnnotations().ValidateOnStart();
    }
}
