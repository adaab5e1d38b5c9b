namespace Fever.SearchApi.Search;

internal static class SearchServices
{
    public static void AddSearch(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SearchOptions>().BindConfiguration("Search").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<SearchAnswers>();
        // Sixteen replicas, the most the AppHost starts, then fit into the hundred connections PostgreSQL allows by default.
        builder.AddReadOnlyContext<SearchDbContext>(maxConnections: 5);
    }
}
