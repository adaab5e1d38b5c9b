using System.Text;
using Fever.ProviderSimulator.Misbehaviours;
using Fever.ServiceDefaults.Errors;
using Microsoft.AspNetCore.WebUtilities;

namespace Fever.ProviderSimulator.Feed;

internal static class FeedEndpoint
{
    public static RouteHandlerBuilder MapFeed(this IEndpointRouteBuilder app) =>
        app.MapGet("/feed", async (HttpContext context, AnswersInTurn inTurn, TimeProvider time) =>
        {
            var answer = new FeedAnswer(context, time);
            if (Switches.Apply(context.Request.Query, answer) is { } fault)
            {
                context.Response.Clear();
                await context.WriteErrorAsync(StatusCodes.Status400BadRequest, fault);
                return;
            }

            if (answer is { IsFeed: true, Plans: null, SampleAnswer: null })
            {
                answer.SampleAnswer = inTurn.Next();
            }

            await answer.PrepareAsync();
            context.Response.StatusCode = answer.Status;
            if (answer.HasBody)
            {
                await SendBodyAsync(answer, context);
            }
        });

    private static async Task SendBodyAsync(FeedAnswer answer, HttpContext context)
    {
        context.Response.ContentType = answer.ContentType ?? (answer.IsFeed ? answer.Document.ContentType : "text/html; charset=utf-8");
        context.Response.ContentLength = answer.ContentLength;
        try
        {
            await using var wire = answer.Wire();
            if (answer.IsFeed)
            {
                await answer.Document.WriteAsync(answer.BasePlans(), wire, context.RequestAborted);
            }
            else
            {
                var words = $"{answer.Status} {ReasonPhrases.GetReasonPhrase(answer.Status)}";
                await wire.WriteAsync(Encoding.UTF8.GetBytes($"<html><body><h1>{words}</h1></body></html>\n"), context.RequestAborted);
            }
        }
        catch (BodyEndedException)
        {
            // What was to be sent has been sent.
        }
    }
}
