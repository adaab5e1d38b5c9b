using System.ComponentModel.DataAnnotations;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Syncing;
using Fever.ServiceDefaults.Errors;

namespace Fever.Ingestor.Operations;

/// <summary>How many rows a page has at most.</summary>
internal sealed class PageSizeAttribute : RangeAttribute
{
    public const string Accepted = "a whole number from 1 to 1000";

    public PageSizeAttribute()
        : base(1, 1_000) => ErrorMessage = Accepted;
}

/// <summary>The name of a provider, whether there is one of that name or not.</summary>
internal sealed class ProviderNameAttribute : RegularExpressionAttribute
{
    public ProviderNameAttribute()
        : base("^[a-z0-9-]{1,50}$") => ErrorMessage = "a provider's name: 1 to 50 lower-case letters, digits and dashes";

    public override bool IsValid(object? value) => value is not "" && base.IsValid(value);
}

/// <summary>One of the ways in which a sync ends.</summary>
internal sealed class OutcomeAttribute : AllowedValuesAttribute
{
    public static readonly string[] Accepted = [.. Enum.GetValues<SyncOutcome>().Select(outcome => outcome.ToSnakeCase())];

    public OutcomeAttribute()
        : base([null, .. Accepted]) => ErrorMessage = $"one of {string.Join(", ", Accepted)}";
}

/// <summary>The cursor of a list that is ordered by time.</summary>
internal sealed class CursorAttribute<TId>() : ValidationAttribute("the \"next\" of an earlier response of this list, unchanged")
    where TId : IParsable<TId>
{
    public override bool IsValid(object? value) => value is null || ListCursor<TId>.Parse((string)value) is not null;
}

/// <summary>Puts the parameters that the framework refuses into the error envelope. The message of each attribute says what is accepted.</summary>
internal sealed class ParameterErrors : IProblemDetailsService
{
    /// <summary>A value that could not be bound has left its status and no response. Only <c>limit</c> is no text, so it is the one.</summary>
    public static ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Response.StatusCode is StatusCodes.Status400BadRequest
            ? ValueTask.FromResult<object?>(new ErrorResult(StatusCodes.Status400BadRequest, Message(context.HttpContext, "limit", PageSizeAttribute.Accepted)))
            : next(context);

    public async ValueTask WriteAsync(ProblemDetailsContext context) => await TryWriteAsync(context);

    public async ValueTask<bool> TryWriteAsync(ProblemDetailsContext context)
    {
        if (context.ProblemDetails is not HttpValidationProblemDetails problem)
        {
            return false;
        }

        var (name, accepted) = problem.Errors.First();
        await context.HttpContext.WriteErrorAsync(StatusCodes.Status400BadRequest, Message(context.HttpContext, name, accepted[0]));
        return true;
    }

    private static string Message(HttpContext context, string name, string accepted) =>
        $"{name} is \"{context.Request.Query[name].ToString().Truncate()}\"; it must be {accepted}, or left out.";
}
