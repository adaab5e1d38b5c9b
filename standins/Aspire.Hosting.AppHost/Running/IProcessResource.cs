namespace Aspire.Hosting.Running;

/// <summary>A resource that is a local process.</summary>
internal interface IProcessResource : IResource
{
    /// <summary>Finds what the process needs before anything at all is started, so that whatever is missing is said at once.</summary>
    Task PrepareAsync(AppRunner app);

    Task<ProcessSpec> DescribeAsync(AppRunner app);
}

/// <summary>What a connection string consists of, for consumers that want it in pieces.</summary>
internal interface IConnectionParts { IEnumerable<(string Name, string Value)> Parts { get; } }

internal sealed record ProcessSpec(string FileName, IReadOnlyList<string> Arguments)
{
    public string WorkingDirectory { get; init; } = "/";
    public IReadOnlyDictionary<string, string> Environment { get; init; } = ProcessEnvironment.Inherited();

    /// <summary>Those of its variables that it does not have from the AppHost.</summary>
    public IReadOnlyCollection<string> OwnVariables { get; init; } = [];

    /// <summary>How it is asked to stop, and what the kernel sends it when the AppHost dies.</summary>
    public Signal StopSignal { get; init; } = Signal.Term;
    public Signal OrphanSignal { get; init; } = Signal.Kill;

    /// <summary>The folder this process and those it starts work in: what is left there of the same program when it ends is ended too.</summary>
    public string? OwnFolder { get; init; }

    /// <summary>Runs as `nobody` when the AppHost is root.</summary>
    public bool Unprivileged { get; init; }
}

/// <summary>Named as setpriv(1) wants them.</summary>
internal enum Signal { Int = 2, Kill = 9, Term = 15 }
