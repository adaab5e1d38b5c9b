using Fever.SearchApi.Search;
using Fever.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddGatewayEndpoint();
builder.AddSearch();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapSearch();
app.MapOpenApi();
app.Run();
