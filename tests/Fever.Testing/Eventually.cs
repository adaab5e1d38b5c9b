namespace Fever.Testing;

/// <summary>Waits for something that happens in the background. Tests assert that it happens, not how soon. The limit only ends a test that would hang.</summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static Task BecomesTrueAsync(Func<bool> condition) => BecomesTrueAsync(() => Task.FromResult(condition()));

    public static Task BecomesTrueAsync(Func<Task<bool>> condition) => BecomesAsync(condition, isTrue => isTrue);

    /// <summary>Reads the value again and again until the condition holds for it, and returns it.</summary>
    public static async Task<T> BecomesAsync<T>(Func<Task<T>> read, Predicate<T> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var value = await read();
            if (condition(value))
            {
                return value;
            }

            await Task.Delay(20, limit.Token);
        }
    }
}
