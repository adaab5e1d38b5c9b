using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Fever.SearchApi.Tests;

/// <summary>Counts requests that have got as far as they get without waiting for anything.</summary>
internal sealed class PendingRequests : IStartupFilter
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, proceed) =>
        {
            var rest = proceed(context);
            if (rest.IsCompleted)
            {
                await rest;
                return;
            }

            Interlocked.Increment(ref _count);
            try
            {
                await rest;
            }
            finally
            {
                Interlocked.Decrement(ref _count);
            }
        });
        next(app);
    };
}
