namespace Aspire.Hosting.ApplicationModel;

public enum IconVariant { Regular = 0, Filled = 1 }

public enum ResourceCommandState { Enabled = 0, Disabled = 1, Hidden = 2 }

public enum CommandResultFormat { Text = 0, Json = 1, Markdown = 2 }

/// <summary>What a command looks like, and when it can be used: by default always.</summary>
public class CommandOptions
{
    public string? Description { get; set; }

    /// <summary>A question that must be answered with yes first.</summary>
    public string? ConfirmationMessage { get; set; }

    /// <summary>A name of https://aka.ms/fluentui-system-icons.</summary>
    public string? IconName { get; set; }
    public IconVariant? IconVariant { get; set; }

    /// <summary>Whether it has a button of its own beside the resource.</summary>
    public bool IsHighlighted { get; set; }
    public Func<UpdateCommandStateContext, ResourceCommandState>? UpdateState { get; set; }
}

/// <summary>By default, a command that is a request can be used while the resource runs.</summary>
public class HttpCommandOptions : CommandOptions;

public sealed class UpdateCommandStateContext
{
    public required CustomResourceSnapshot ResourceSnapshot { get; init; }
    public required IServiceProvider Services { get; init; }
}

public sealed class ExecuteCommandContext
{
    public required IServiceProvider Services { get; init; }
    public required string ResourceName { get; init; }
    public required CancellationToken CancellationToken { get; init; }
}

public sealed class CommandResultData
{
    public required string Value { get; init; }
    public CommandResultFormat Format { get; init; }
    public bool DisplayImmediately { get; init; }
}

public sealed class ExecuteCommandResult
{
    public required bool Success { get; init; }
    public string? Message { get; init; }
    public CommandResultData? Data { get; init; }
}

public static class CommandResults
{
    public static ExecuteCommandResult Success() => new() { Success = true };

    public static ExecuteCommandResult Success(string message, string result, CommandResultFormat resultFormat, bool displayImmediately) =>
        new() { Success = true, Message = message, Data = new() { Value = result, Format = resultFormat, DisplayImmediately = displayImmediately } };

    public static ExecuteCommandResult Failure(string? errorMessage = null) => new() { Success = false, Message = errorMessage };
}

internal sealed record ResourceCommandAnnotation(
    string Name, string DisplayName, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteAsync, CommandOptions Options) : IResourceAnnotation;

public class ResourceCommandService
{
    private readonly IServiceProvider _services;
    private readonly ResourceNotificationService _notifications;

    internal ResourceCommandService(IServiceProvider services, ResourceNotificationService notifications) =>
        (_services, _notifications) = (services, notifications);

    /// <summary>Fails, with a message, where there is no such command, it cannot be used now, or it throws.</summary>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        if (!_notifications.TryGetCurrentState(resourceId, out var resource)
            || resource.Resource.Annotations.OfType<ResourceCommandAnnotation>().LastOrDefault(each => each.Name == commandName) is not { } command)
        {
            return CommandResults.Failure($"There is no resource '{resourceId}' with a command '{commandName}'.");
        }

        if (StateOf(command, resource.Snapshot) != ResourceCommandState.Enabled)
        {
            return CommandResults.Failure($"{command.DisplayName} cannot be used: {resourceId} is {resource.Snapshot.State?.Text.ToLowerInvariant()}.");
        }

        try
        {
            return await command.ExecuteAsync(new() { Services = _services, ResourceName = resourceId, CancellationToken = cancellationToken });
        }
        catch (Exception exception)
        {
            return CommandResults.Failure(exception.Message);
        }
    }

    internal ResourceCommandState StateOf(ResourceCommandAnnotation command, CustomResourceSnapshot snapshot) =>
        command.Options.UpdateState?.Invoke(new() { ResourceSnapshot = snapshot, Services = _services }) ?? ResourceCommandState.Enabled;
}
