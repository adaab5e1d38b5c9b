using Fever.Testing;

namespace Fever.SearchApi.Tests;

[CollectionDefinition(nameof(Servers))]
public sealed class SharedServers : ICollectionFixture<Servers>;
