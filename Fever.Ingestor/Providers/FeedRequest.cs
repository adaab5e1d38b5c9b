using System.Net;
using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Providers;

/// <summary>One attempt at a feed. Follows redirects by hand: each target is the provider's word and is looked at.</summary>
internal sealed class FeedRequest(HttpClient http, ProviderOptions provider, Validators? known, PollDeadline deadline)
{
    private readonly Uri _start = new(provider.Url);

    /// <summary>The first answer that is not a redirect: its headers are in, its body is still to be read.</summary>
    public async Task<HttpResponseMessage> SendAsync()
    {
        var target = _start;
        for (var redirects = 0; ; redirects++)
        {
            var answer = await AskAsync(target);
            if (!IsRedirect(answer.StatusCode))
            {
                return answer;
            }

            using (answer)
            {
                target = Next(answer, target, redirects);
            }
        }
    }

    /// <summary>Whether the answer is to a request that had validators.</summary>
    public static bool IsConditional(HttpResponseMessage answer) =>
        answer.RequestMessage!.Headers is { IfNoneMatch.Count: > 0 } or { IfModifiedSince: not null };

    private async Task<HttpResponseMessage> AskAsync(Uri target)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, target);
        var destination = new Destination(provider, target);
        request.Options.Set(Destination.Key, destination);
        FeedContentCoding.AddTo(request.Headers);
        // Elsewhere they could mean another document (RFC 9110 §15.4). An answer from there that has the known
        // ETag is still not read.
        if (destination.IsOf(_start))
        {
            known?.AddTo(request.Headers);
        }

        var seconds = provider.Limits.FirstByteTimeout;
        return await deadline.WithinAsync(
            TimeSpan.FromSeconds(seconds),
            $"no answer from {Quoted.Of(target)} in time (Limits:FirstByteTimeout is {seconds} s)",
            cancellation => AskAsync(request, cancellation));
    }

    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var target = request.RequestUri!;
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException exception)
        {
            cancellation.ThrowIfCancellationRequested();
            throw exception.InnerException as FeedException
                ?? new FeedException(FeedFault.Unreachable, $"no answer from {Quoted.Of(target)}: {Quoted.Of(exception.GetBaseException().Message)}", exception);
        }
    }

    private Uri Next(HttpResponseMessage answer, Uri target, int redirects)
    {
        if (redirects == provider.Limits.MaxRedirects)
        {
            throw new FeedException(FeedFault.Redirect, $"the provider redirects too often (Limits:MaxRedirects is {provider.Limits.MaxRedirects})");
        }

        var location = answer.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : "";
        if (location == "" || !Uri.TryCreate(target, location, out var next))
        {
            throw new FeedException(FeedFault.Redirect, $"the provider redirects ({(int)answer.StatusCode}) to '{Quoted.Of(location)}', which is not an address");
        }

        if (next.Scheme != Uri.UriSchemeHttp && next.Scheme != Uri.UriSchemeHttps)
        {
            throw new FeedException(FeedFault.ForbiddenAddress, $"the provider redirects to '{Quoted.Of(next.Scheme)}:', only http and https are followed");
        }

        // Whoever listens on the way could change the feed.
        return next.Scheme == Uri.UriSchemeHttp && target.Scheme == Uri.UriSchemeHttps
            ? throw new FeedException(FeedFault.Redirect, $"the provider redirects from https to {Quoted.Of(next)}, only https is followed from there")
            : next;
    }

    private static bool IsRedirect(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;
}
