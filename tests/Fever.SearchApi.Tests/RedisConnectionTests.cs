using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fever.Testing;

namespace Fever.SearchApi.Tests;

/// <summary>Both forms that Aspire gives Redis' connection string: plain, and with TLS where there is a developer certificate.</summary>
[Collection(nameof(Servers))]
public sealed class RedisConnectionTests(Servers servers)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_of_one_replica_serves_another_one_with_TLS_and_without(bool tls)
    {
        var catalog = await TestCatalog.CreateAsync(servers, "found");
        using var certificate = SelfSigned();
        using var trusted = new TrustedFile(certificate);
        using var proxy = tls ? TcpProxy.ToRedisOverTls(servers.Redis, certificate) : TcpProxy.ToRedis(servers.Redis);
        Assert.Equal(tls, proxy.ConnectionString.EndsWith(",ssl=true", StringComparison.Ordinal));
        using var first = new ReplicaProcess(catalog.ConnectionString, proxy.ConnectionString, ("SSL_CERT_FILE", trusted.Path));
        using var second = new ReplicaProcess(catalog.ConnectionString, proxy.ConnectionString, ("SSL_CERT_FILE", trusted.Path));
        var writer = await first.ReadyAsync();
        await Eventually.BecomesTrueAsync(async () => (await writer.GetAsync("/search")).IsFromRedis());

        var answer = await (await second.ReadyAsync()).GetAsync("/search");

        Assert.True(answer.IsFromRedis(), answer.CacheStatus());
    }

    [Fact]
    public async Task Redis_whose_certificate_is_not_trusted_is_answered_without()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "found");
        using var certificate = SelfSigned();
        using var proxy = TcpProxy.ToRedisOverTls(servers.Redis, certificate);
        using var replica = new ReplicaProcess(catalog.ConnectionString, proxy.ConnectionString, ("OutputCaching__RedisReadTimeout", "00:00:00.050"));
        var client = await replica.ReadyAsync();

        for (var i = 0; i < 20; i++)
        {
            var answer = await client.GetAsync("/search");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.False(answer.IsCached());
        }

        Assert.Equal(["found"], await client.TitlesAsync(""));
        await Eventually.BecomesTrueAsync(() => replica.Output.Contains("Redis cannot be read", StringComparison.Ordinal));
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    /// <summary>What <c>SSL_CERT_FILE</c> names: the certificates that a process trusts.</summary>
    private sealed class TrustedFile : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public TrustedFile(X509Certificate2 certificate) => File.WriteAllText(Path, certificate.ExportCertificatePem());

        public string Path => System.IO.Path.Combine(_folder.Path, "trusted.pem");

        public void Dispose() => _folder.Dispose();
    }
}
