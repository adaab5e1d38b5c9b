using Fever.Gateway.Caching;
using Fever.Gateway.Docs;
using Fever.Gateway.Forwarding;
using Fever.Gateway.Security;
using Fever.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(isPublic: true);
builder.AddRequestLimits();
builder.AddSearchProxy();
builder.AddMicroCache();

var app = builder.Build();
app.UseMicroCache();
app.UseSecurityHeaders();
app.UseRequestLimits();
// Without this line the framework would run it before everything else.
app.UseRouting();
app.MapDefaultEndpoints();
app.UseDocsPage();
app.MapSearchProxy();
app.Run();
