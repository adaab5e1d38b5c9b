using Fever.SearchApi;
using Fever.SearchApi.Caching;
using Fever.SearchApi.OpenApi;
using Fever.SearchApi.Search;
using Fever.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddGatewayEndpoint();
builder.AddSearch();
builder.AddSearchCaching();
builder.AddSearchOpenApi();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapSearch();
app.MapOpenApi();
app.Run();
