using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Start, Stop and Restart of a resource, named as in the real Aspire.</summary>
internal static class LifecycleCommands
{
    public static void Add(IResource resource, ResourceRunner runner)
    {
        // Whoever uses a database or a cache fails while it is away.
        var question = resource is IResourceWithConnectionString ? $"{{0}} {resource.Name}? What uses it fails until it runs again." : null;
        Add("start", "Play", context => runner.StartProcessAsync(context.CancellationToken), state => IsEnded(state) ? ResourceCommandState.Enabled : ResourceCommandState.Hidden, null);
        Add("stop", "Stop", context => runner.StopProcessAsync(context.CancellationToken), WhileItRuns, question);
        Add("restart", "ArrowCounterclockwise", context => RestartAsync(context.CancellationToken), WhileItRuns, question);

        async Task RestartAsync(CancellationToken cancellationToken)
        {
            await runner.StopProcessAsync(cancellationToken);
            await runner.StartProcessAsync(cancellationToken);
        }

        void Add(string name, string icon, Func<ExecuteCommandContext, Task> execute, Func<string?, ResourceCommandState> stateOf, string? confirmation)
        {
            var displayName = char.ToUpperInvariant(name[0]) + name[1..];
            var options = new CommandOptions
            {
                IconName = icon,
                IconVariant = IconVariant.Filled,
                IsHighlighted = name != "restart",
                ConfirmationMessage = confirmation?.Replace("{0}", displayName, StringComparison.Ordinal),
                UpdateState = context => stateOf(context.ResourceSnapshot.State?.Text),
            };
            resource.Annotations.Add(new ResourceCommandAnnotation(name, displayName, async context =>
            {
                await execute(context);
                return CommandResults.Success();
            }, options));
        }
    }

    private static bool IsEnded(string? state) => KnownResourceStates.TerminalStates.Contains(state);

    private static ResourceCommandState WhileItRuns(string? state) =>
        state == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Hidden;
}
