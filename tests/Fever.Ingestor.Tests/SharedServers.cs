using Fever.Testing;

namespace Fever.Ingestor.Tests;

/// <summary>One PostgreSQL for the whole assembly; every test makes its own database on it.</summary>
[CollectionDefinition(nameof(Servers))]
public sealed class SharedServers : ICollectionFixture<Servers>;
