// The client of the bench: blocking connects, one after the other, each timed. Usage: connect ADDRESS PORT COUNT WARM_UP [HOW]
// HOW is `same` (the default: this process connects), `new` (each time a new process of this program) or `refused` (this process,
// and every connect that is measured must be refused). Prints the time of the whole measured loop, then each latency of connect(), in
// nanoseconds, a line each.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

struct client {
	struct sockaddr_in address;
	char **argv;
	bool is_refused;
	bool is_new_process;
	FILE *report;
	posix_spawn_file_actions_t spawned;
};

static long now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static long connect_once(const struct client *client, bool must_end_as_told)
{
	// Closing with a reset leaves no TIME_WAIT behind, so that the ports last.
	const struct linger reset = { 1, 0 };
	int file = socket(AF_INET, SOCK_STREAM, 0);
	long start_ns = now_ns(), taken_ns;
	bool is_refused = connect(file, (const struct sockaddr *)&client->address, sizeof(client->address)) != 0;

	taken_ns = now_ns() - start_ns;
	if (must_end_as_told && is_refused != client->is_refused)
		fail("connect");
	if (is_refused && errno != EPERM && errno != ECONNREFUSED)
		fail("connect");
	setsockopt(file, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(file);
	return taken_ns;
}

/* A new process of this program connects once and prints how long it took. */
static long connect_in_new_process(const struct client *client)
{
	char *argv[] = { client->argv[0], client->argv[1], client->argv[2], "1", "0", NULL };
	long loop_ns, taken_ns;
	pid_t pid;
	int status;

	if (posix_spawn(&pid, "/proc/self/exe", &client->spawned, NULL, argv, environ) != 0)
		fail("posix_spawn");
	if (fscanf(client->report, "%ld %ld", &loop_ns, &taken_ns) != 2)
		fail("a new process");
	if (waitpid(pid, &status, 0) != pid || status != 0)
		fail("a new process");
	return taken_ns;
}

static long measure(const struct client *client, bool must_end_as_told)
{
	return client->is_new_process ? connect_in_new_process(client) : connect_once(client, must_end_as_told);
}

/* What a new process prints arrives here. */
static void open_report(struct client *client)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		fail("pipe");
	client->report = fdopen(ends[0], "r");
	posix_spawn_file_actions_init(&client->spawned);
	posix_spawn_file_actions_adddup2(&client->spawned, ends[1], STDOUT_FILENO);
}

int main(int argc, char **argv)
{
	int count = argc >= 5 ? atoi(argv[3]) : 0, warm_up = argc >= 5 ? atoi(argv[4]) : 0;
	const char *how = argc == 6 ? argv[5] : "same";
	struct client client = { .address.sin_family = AF_INET, .argv = argv };
	long *taken_ns = calloc(count > 0 ? count : 1, sizeof(*taken_ns)), start_ns;

	if (count < 1 || taken_ns == NULL || inet_pton(AF_INET, argv[1], &client.address.sin_addr) != 1) {
		fprintf(stderr, "Usage: connect ADDRESS PORT COUNT WARM_UP [same|new|refused]\n");
		return 2;
	}
	client.address.sin_port = htons(atoi(argv[2]));
	client.is_refused = strcmp(how, "refused") == 0;
	client.is_new_process = strcmp(how, "new") == 0;
	if (client.is_new_process)
		open_report(&client);
	for (int index = 0; index < warm_up; index++)
		measure(&client, false);
	start_ns = now_ns();
	for (int index = 0; index < count; index++)
		taken_ns[index] = measure(&client, true);
	printf("%ld\n", now_ns() - start_ns);
	for (int index = 0; index < count; index++)
		printf("%ld\n", taken_ns[index]);
	return 0;
}
