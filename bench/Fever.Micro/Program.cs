using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Fever.Micro;

// In this process: the library would otherwise write a project and build it, which neither the stand-ins nor central
// package versions know of. Results are printed; its files stay beside the program, where `make clean` finds them.
var config = ManualConfig.CreateEmpty()
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(ConsoleLogger.Default)
    .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "artifacts"));
BenchmarkSwitcher.FromAssembly(typeof(RangeParsing).Assembly).Run(args is [] ? ["--filter", "*"] : args, config);
