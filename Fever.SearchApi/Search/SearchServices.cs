using Fever.SearchApi.Reading;

namespace Fever.SearchApi.Search;

internal static class SearchServices
{
    public static void AddSearch(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SearchOptions>().BindConfiguration("Search").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<SearchEndpoint>();
        builder.Services.AddSingleton<AnswerResponse>();
        builder.Services.AddSingleton<EventSource>();
        builder.Services.AddSingleton<LargeAnswers>();
        builder.Services.AddBackgroundService<EventReader>();
    }
}
