using Microsoft.Extensions.Options;

namespace Fever.Gateway.Caching;

internal static class MicroCacheExtensions
{
    public static void AddMicroCache(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<MicroCacheOptions>().BindConfiguration("MicroCache").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<MicroCache>();
    }

    /// <summary>Comes first: a hit needs no routing and no error envelope, and its security headers are stored with it.</summary>
    public static void UseMicroCache(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<MicroCacheOptions>>().Value.Duration > TimeSpan.Zero)
        {
            app.UseMiddleware<MicroCacheMiddleware>();
        }
    }
}
