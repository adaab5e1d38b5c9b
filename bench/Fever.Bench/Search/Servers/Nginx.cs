using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Fever.Testing;

namespace Fever.Bench.Search.Servers;

/// <summary>nginx in front of one replica, as an operator would set it up: on one port it keeps answers, on the other it passes every request on.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder _folder;

    private Nginx(Process process, TemporaryFolder folder, Uri cache, Uri pass) =>
        (_process, _folder, Cache, Pass) = (process, folder, cache, pass);

    public Uri Cache { get; }

    public Uri Pass { get; }

    public int Id => _process.Id;

    public static async Task<Nginx> StartAsync(Tool program, Uri replica, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder();
        var (cache, pass) = (FreePort(), FreePort());
        var settings = Path.Combine(folder.Path, "nginx.conf");
        await File.WriteAllTextAsync(settings, Settings(folder.Path, replica.Authority, cache, pass), cancellationToken);
        var process = program.Start(["-c", settings, "-p", folder.Path, "-e", Path.Combine(folder.Path, "errors")], new Dictionary<string, string>());
        var nginx = new Nginx(process, folder, Local(cache), Local(pass));
        try
        {
            await Eventually.BecomesTrueAsync(() => process.HasExited ? throw new BenchException("nginx did not start") : IsListeningAsync(pass)).WaitAsync(cancellationToken);
            return nginx;
        }
        catch
        {
            await nginx.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        var workers = Processes.DescendantsOf(_process.Id);
        // SIGTERM, not SIGKILL: the workers end with it.
        if (!_process.HasExited)
        {
            Processes.Signal(_process.Id, "TERM");
        }

        await _process.WaitForExitAsync();
        await Processes.GoneAsync(workers);
        _process.Dispose();
        _folder.Dispose();
    }

    private static Uri Local(int port) => new($"http://127.0.0.1:{port}");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<bool> IsListeningAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Settings(string folder, string replica, int cache, int pass) => $$"""
        {{(Environment.IsPrivilegedProcess ? "user root;" : "# its own user")}}
        daemon off;
        worker_processes auto;
        pid {{folder}}/pid;
        error_log {{folder}}/errors;
        events { worker_connections 1024; }
        http {
          access_log off;
          keepalive_requests 100000000;
          client_body_temp_path {{folder}}/body;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          proxy_cache_path {{folder}}/cache keys_zone=searches:10m;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_set_header Host $host;
          upstream replica { server {{replica}}; keepalive 64; keepalive_requests 100000000; }
          server {
            listen 127.0.0.1:{{cache}};
            location / {
              proxy_pass http://replica;
              proxy_cache searches;
              proxy_cache_valid 200 10m;
              proxy_ignore_headers Cache-Control Expires Vary Set-Cookie;
            }
          }
          server {
            listen 127.0.0.1:{{pass}};
            location / { proxy_pass http://replica; }
          }
        }
        """;
}
