using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Providers;

internal static class ProvidersSetup
{
    public static IHostApplicationBuilder AddProviders(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ProvidersOptions>()
            .Configure<IConfiguration>((options, configuration) => options.Read(configuration.GetSection("Providers")))
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ProvidersOptions>, ProviderOptionsValidation>();
        builder.Services
            // Time limits are the client's own, on its TimeProvider.
            .AddHttpClient<ProviderClient>(http => http.Timeout = Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { MaxAutomaticRedirections = 5 });
        return builder;
    }
}
