using System.Runtime.InteropServices;
using Fever.Bench;
using Fever.Bench.Ingest;
using Fever.Bench.Search;

using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    switch (args)
    {
        case ["ingest"]:
            await IngestCommand.RunAsync(IngestScale.Full, stop.Token);
            return 0;
        case ["ingest", "--quick"]:
            await IngestCommand.RunAsync(IngestScale.Quick, stop.Token);
            return 0;
        case ["search"]:
            await SearchCommand.RunAsync(SearchScale.Full, stop.Token);
            return 0;
        case ["search", "--quick"]:
            await SearchCommand.RunAsync(SearchScale.Quick, stop.Token);
            return 0;
        default:
            await Console.Error.WriteLineAsync("Fever.Bench ingest|search [--quick]; --quick only shows that all of it works");
            return 2;
    }
}
catch (Exception) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("bench: stopped");
    return 130;
}
catch (BenchException exception)
{
    await Console.Error.WriteLineAsync($"bench: {exception.Message}");
    return 1;
}

// What was started is ended, and its folders removed, on the way out.
void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
