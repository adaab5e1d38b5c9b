using System.Collections.Concurrent;
using System.Net;

namespace Fever.StandIns.Tests;

/// <summary>Answers on the port of a resource, whose own process does not: with the status that the test sets.</summary>
internal sealed class Answers : IDisposable
{
    private readonly HttpListener _listener = new();

    public Answers(Uri endpoint, HttpStatusCode status)
    {
        Status = status;
        _listener.Prefixes.Add($"http://localhost:{endpoint.Port}/");
        _listener.Prefixes.Add($"http://127.0.0.1:{endpoint.Port}/");
        _listener.Start();
        _ = AnswerAsync();
    }

    public HttpStatusCode Status { get; set; }

    /// <summary>Method and path of what was asked.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public void Dispose() => _listener.Close();

    private async Task AnswerAsync()
    {
        while (_listener.IsListening)
        {
            var context = await _listener.GetContextAsync();
            Requests.Enqueue($"{context.Request.HttpMethod} {context.Request.RawUrl}");
            context.Response.StatusCode = (int)Status;
            context.Response.Close();
        }
    }
}
