using System.Net;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Providers;

internal static class ProvidersExtensions
{
    public static IHostApplicationBuilder AddProviders(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ProvidersOptions>()
            .Configure<IConfiguration>((options, configuration) => options.Read(configuration.GetSection("Providers")))
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ProvidersOptions>, ProviderOptionsValidation>();
        builder.Services.AddHttpClient();
        builder.Services.AddSingleton<NameLookup>(Dns.GetHostAddressesAsync);
        builder.Services.AddSingleton<IConfigureOptions<HttpClientFactoryOptions>, ProviderConnections>();
        builder.Services.AddSingleton<ProviderClient>();
        return builder;
    }
}
