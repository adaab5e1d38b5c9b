using Fever.Testing;

namespace Fever.Ingestor.Tests.Harness;

/// <summary>One PostgreSQL for the whole assembly; every test makes its own database on it.</summary>
[CollectionDefinition(nameof(SharedServers))]
public sealed class SharedServers : ICollectionFixture<Servers>;
