namespace Fever.SearchApi.Database;

internal static class DatabaseExtensions
{
    /// <summary>Adds the readers of events.</summary>
    public static void AddEventReaders(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<DatabaseOptions>().BindConfiguration("Database").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<EventDataSource>();
        builder.Services.AddSingleton<LargeResponseReader>();
        builder.Services.AddSingleton<EventReader>().AddHostedService(services => services.GetRequiredService<EventReader>());
    }
}
