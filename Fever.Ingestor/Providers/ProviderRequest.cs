using System.Net;
using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Providers;

/// <summary>One attempt to get a provider's feed. It follows redirects itself, because the provider chooses their targets and each has to be checked.</summary>
internal sealed class ProviderRequest(HttpClient http, ProviderOptions provider, Validators? known, TimeProvider time)
{
    private readonly Uri _start = new(provider.Url);

    /// <summary>Returns the first response that is not a redirect: its headers have been read, its body has not.</summary>
    public async Task<HttpResponseMessage> SendAsync(CancellationToken cancellationToken)
    {
        var target = _start;
        for (var redirects = 0; ; redirects++)
        {
            var response = await SendToAsync(target, cancellationToken);
            if (!IsRedirect(response.StatusCode))
            {
                return response;
            }

            using (response)
            {
                target = NextTarget(response, target, redirects);
            }
        }
    }

    private async Task<HttpResponseMessage> SendToAsync(Uri target, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, target);
        var destination = new Destination(provider, target);
        request.Options.Set(Destination.Key, destination);
        FeedContentCoding.AddTo(request.Headers);
        // On another origin the same validators may mean another document (RFC 9110 §15.4). If its response has the known
        // ETag, the body is not read all the same.
        if (destination.IsOf(_start))
        {
            known?.AddTo(request.Headers);
        }

        var seconds = provider.Limits.FirstByteTimeout;
        using var limit = new TimeLimit(
            TimeSpan.FromSeconds(seconds), $"no response from {target.Origin()} in time (Limits:FirstByteTimeout is {seconds} s)", time);
        return await limit.RunAsync(cancellation => GetHeadersAsync(request, cancellation), cancellationToken);
    }

    private async Task<HttpResponseMessage> GetHeadersAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw exception.InnerException as FeedException ?? new FeedException(
                FeedFault.Unreachable, $"no response from {request.RequestUri!.Origin()}: {exception.GetBaseException().Message.Sanitize()}", exception);
        }
    }

    private Uri NextTarget(HttpResponseMessage response, Uri target, int redirects)
    {
        if (redirects == provider.Limits.MaxRedirects)
        {
            throw new FeedException(FeedFault.Redirect, $"the provider redirects too often (Limits:MaxRedirects is {provider.Limits.MaxRedirects})");
        }

        var location = response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : "";
        if (location == "" || !Uri.TryCreate(target, location, out var next))
        {
            throw new FeedException(FeedFault.Redirect, $"the provider redirects ({(int)response.StatusCode}) to '{location.Sanitize()}', which is not an address");
        }

        if (next.Scheme != Uri.UriSchemeHttp && next.Scheme != Uri.UriSchemeHttps)
        {
            throw new FeedException(FeedFault.ForbiddenAddress, $"the provider redirects to '{next.Scheme.Sanitize()}:', only http and https are followed");
        }

        // Without TLS anyone on the way could change the feed.
        return next.Scheme == Uri.UriSchemeHttp && target.Scheme == Uri.UriSchemeHttps
            ? throw new FeedException(FeedFault.Redirect, $"the provider redirects from https to {next.Origin()}, only https is followed from there")
            : next;
    }

    private static bool IsRedirect(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;
}
