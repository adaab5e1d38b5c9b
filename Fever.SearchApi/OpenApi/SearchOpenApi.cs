namespace Fever.SearchApi.OpenApi;
internal static class SearchOpenApi { public static void AddSearchOpenApi(this IHostApplicationBuilder builder) => builder.Services.AddOpenApi(); }
