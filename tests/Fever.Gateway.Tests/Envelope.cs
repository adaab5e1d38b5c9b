using System.Net.Http.Json;
using System.Text.Json;

namespace Fever.Gateway.Tests;

internal static class Envelope
{
    public static async Task AssertEnvelopeAsync(this HttpResponseMessage response, string code)
    {
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(["error", "data"], body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(JsonValueKind.Null, body.GetProperty("data").ValueKind);
        Assert.Equal(code, body.GetProperty("error").GetProperty("code").GetString());
    }
}
