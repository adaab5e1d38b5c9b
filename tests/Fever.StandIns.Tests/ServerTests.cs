using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Fever.Testing;
using Npgsql;

namespace Fever.StandIns.Tests;

public sealed class ServerTests
{
    [Fact]
    public async Task Data_and_password_survive_a_restart_of_the_application()
    {
        using var data = new TemporaryFolder();
        var first = await WithDatabaseAsync(data, async app => await ExecuteAsync(app, "CREATE TABLE kept AS SELECT 42 AS answer"));
        var second = await WithDatabaseAsync(data, async app => Assert.Equal(42, await ExecuteAsync(app, "SELECT answer FROM kept")));

        Assert.Equal(new NpgsqlConnectionStringBuilder(first).Password, new NpgsqlConnectionStringBuilder(second).Password);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(data.Path, "postgres", "password")));
    }

    [Fact]
    public async Task An_initialisation_cut_short_is_done_again()
    {
        using var data = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(data.Path, "postgres", "data.unfinished"));
        await File.WriteAllTextAsync(Path.Combine(data.Path, "postgres", "data.unfinished", "PG_VERSION"), "18");

        await WithDatabaseAsync(data, async app => Assert.Equal(1, await ExecuteAsync(app, "SELECT 1")));
    }

    [Fact]
    public async Task A_killed_server_comes_back_with_its_data()
    {
        using var data = new TemporaryFolder();
        await WithDatabaseAsync(data, async app =>
        {
            await ExecuteAsync(app, "CREATE TABLE kept AS SELECT 42 AS answer");
            var before = (await app.HealthyAsync("postgres")).ProcessId();
            Processes.Signal(before, "KILL");
            await app.HealthyAgainAsync("postgres", before);
            Assert.Equal(42, await ExecuteAsync(app, "SELECT answer FROM kept"));
        });
    }

    [Fact]
    public async Task A_server_killed_in_the_middle_of_a_query_comes_back_without_waiting_for_it()
    {
        using var data = new TemporaryFolder();
        await WithDatabaseAsync(data, async app =>
        {
            var before = (await app.HealthyAsync("postgres")).ProcessId();
            await using var connection = new NpgsqlConnection(await app.GetConnectionStringAsync("postgres"));
            await connection.OpenAsync();
            await using var endless = new NpgsqlCommand("DO $$ BEGIN LOOP END LOOP; END $$", connection) { CommandTimeout = 0 };
            var query = endless.ExecuteNonQueryAsync();

            Processes.Signal(before, "KILL");
            await app.HealthyAgainAsync("postgres", before);

            await Assert.ThrowsAnyAsync<NpgsqlException>(() => query);
        });
    }

    [Fact]
    public async Task A_server_that_hangs_with_all_its_processes_is_ended_with_the_application()
    {
        using var data = new TemporaryFolder();
        IReadOnlyList<int> processes = [];
        await WithDatabaseAsync(data, async app =>
        {
            var server = (await app.HealthyAsync("postgres")).ProcessId();
            processes = [server, .. Processes.DescendantsOf(server)];
            foreach (var process in processes)
            {
                Processes.Signal(process, "STOP");
            }
        });

        Assert.True(processes.Count > 1);
        await Processes.GoneAsync(processes);
    }

    [Fact]
    public async Task Another_program_that_works_in_the_data_folder_is_left_alone()
    {
        using var data = new TemporaryFolder();
        Process? shell = null;
        await WithDatabaseAsync(data, app =>
        {
            shell = Process.Start(new ProcessStartInfo("sleep", "1000") { WorkingDirectory = Path.Combine(data.Path, "postgres", "data") });
            return Task.CompletedTask;
        });

        Assert.False(shell!.HasExited);
        shell.Kill();
        await shell.WaitForExitAsync();
        shell.Dispose();
    }

    [Fact]
    public async Task A_killed_cache_comes_back_under_its_address_and_password()
    {
        await using var app = await Apps.StartAsync(builder => builder.AddRedis("cache"));
        var before = (await app.HealthyAsync("cache")).ProcessId();
        var parts = (await app.GetConnectionStringAsync("cache"))!.Split(":", 2)[1].Split(",password=");

        Processes.Signal(before, "KILL");
        await app.HealthyAgainAsync("cache", before);

        Assert.Equal("-NOAUTH Authentication required.", await AskAsync(int.Parse(parts[0]), "*1\r\n$4\r\nPING\r\n"));
        Assert.Equal("+OK", await AskAsync(int.Parse(parts[0]), $"*2\r\n$4\r\nAUTH\r\n${parts[1].Length}\r\n{parts[1]}\r\n"));
    }

    [Fact]
    public async Task Two_applications_cannot_share_a_data_folder()
    {
        using var data = new TemporaryFolder();
        await WithDatabaseAsync(data, async _ =>
        {
            var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => WithDatabaseAsync(data, _ => Task.CompletedTask));
            Assert.Equal($"postgres cannot start: another application is using the data in {data.Path}/postgres. Stop it, or set DATA_DIR to another folder.", exception.Message);
        });
    }

    [Fact]
    public async Task Data_of_another_version_are_left_alone()
    {
        using var data = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(data.Path, "postgres", "data"));
        await File.WriteAllTextAsync(Path.Combine(data.Path, "postgres", "data", "PG_VERSION"), "12\n");

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => WithDatabaseAsync(data, _ => Task.CompletedTask));

        Assert.Equal($"postgres cannot start: the data in {data.Path}/postgres belong to PostgreSQL 12, which is not here. Install it, or empty the folder for a fresh database.", exception.Message);
    }

    [Fact]
    public async Task Two_applications_run_side_by_side()
    {
        await using var one = await Apps.StartAsync(builder => builder.AddPostgres("postgres").AddDatabase("feverdb"));
        await using var two = await Apps.StartAsync(builder => builder.AddPostgres("postgres").AddDatabase("feverdb"));
        await one.HealthyAsync("feverdb");
        await two.HealthyAsync("feverdb");
        await ExecuteAsync(one, "CREATE TABLE mine AS SELECT 1 AS one");
        await one.StopAsync();

        Assert.Equal(DBNull.Value, await ExecuteAsync(two, "SELECT to_regclass('mine')::text"));
    }

    private static async Task<string> WithDatabaseAsync(TemporaryFolder data, Func<DistributedApplication, Task> use)
    {
        await using var app = await Apps.StartAsync(builder => builder.AddPostgres("postgres").WithDataVolume("a-container-volume").AddDatabase("feverdb"), $"--DATA_DIR={data.Path}");
        await app.HealthyAsync("feverdb");
        await use(app);
        return (await app.GetConnectionStringAsync("feverdb"))!;
    }

    private static async Task<object?> ExecuteAsync(DistributedApplication app, string sql)
    {
        await using var connection = new NpgsqlConnection($"{await app.GetConnectionStringAsync("feverdb")};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task<string?> AskAsync(int port, string command)
    {
        using var client = new TcpClient("127.0.0.1", port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync(Apps.Patience);
    }
}
