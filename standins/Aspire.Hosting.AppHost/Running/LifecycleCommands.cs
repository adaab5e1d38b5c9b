namespace Aspire.Hosting.Running;

/// <summary>Start, Stop and Restart of a resource, named as in the real Aspire.</summary>
internal static class LifecycleCommands
{
    public static void Add(IResource resource, ResourceRunner runner)
    {
        // Whatever uses a database or a cache fails while it is away.
        var question = resource is IResourceWithConnectionString ? $" {resource.Name}? What uses it fails until it runs again." : null;
        Add("start", "Play", runner.StartProcessAsync, KnownResourceStates.TerminalStates, null);
        Add("stop", "Stop", runner.StopProcessAsync, [KnownResourceStates.Running], question);
        Add("restart", "ArrowCounterclockwise", runner.RestartProcessAsync, [KnownResourceStates.Running], question);

        void Add(string name, string icon, Func<CancellationToken, Task<ExecuteCommandResult>> execute, IReadOnlyList<string> states, string? confirmation)
        {
            var displayName = char.ToUpperInvariant(name[0]) + name[1..];
            var options = new CommandOptions
            {
                IconName = icon,
                IconVariant = IconVariant.Filled,
                IsHighlighted = name != "restart",
                ConfirmationMessage = confirmation is null ? null : displayName + confirmation,
                UpdateState = context => states.Contains(context.ResourceSnapshot.State?.Text) ? ResourceCommandState.Enabled : ResourceCommandState.Hidden,
            };
            resource.Annotations.Add(new ResourceCommandAnnotation(name, displayName, context => execute(context.CancellationToken), options));
        }
    }
}
