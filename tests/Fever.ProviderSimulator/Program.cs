using Fever.ProviderSimulator.Feed;
using Fever.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddSingleton<AnswersInTurn>();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapFeed();
app.Run();
