/* Does something twice, and becomes another in between. Prints one line for each time: "answered", "sent" or the name of the
 * error. Usage:
 *   turns uid KIND ADDRESS PORT UID      speaks; after a line of input, as another user
 *   turns namespace ADDRESS PORT FILE    speaks; after a line of input in that network namespace, then by a socket from before
 *   turns mixed ADDRESS COUNT PORT...    one socket, COUNT rounds of sendmmsg() to all of these ports; prints what was sent
 *   turns threads ADDRESS COUNT PORT...  one socket, a thread for each port that sends COUNT datagrams
 *   turns sweep ADDRESS FROM TO          one socket, a datagram to each port
 *   turns pid PID COMMAND...             runs a command as this process id, which must be free (clone3, kernel 5.5) */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER_WITHIN_MS 10000
#define MOST_PORTS 16

static struct sockaddr_in target(const char *address, int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };

	if (inet_pton(AF_INET, address, &to.sin_addr) != 1)
		exit(2);
	return to;
}

static void say(const char *word)
{
	printf("%s\n", word);
	fflush(stdout);
}

static void wait_for_line(void)
{
	char line[16];

	if (!fgets(line, sizeof(line), stdin))
		exit(3);
}

static const char *failure(void)
{
	return strerrorname_np(errno);
}

static const char *connect_by(int file, const struct sockaddr_in *to)
{
	return connect(file, (const struct sockaddr *)to, sizeof(*to)) ? failure() : "answered";
}

static const char *send_by(int file, const struct sockaddr_in *to)
{
	struct pollfd poll_file = { .fd = file, .events = POLLIN };
	char byte;

	if (sendto(file, "x", 1, 0, (const struct sockaddr *)to, sizeof(*to)) < 0)
		return failure();
	if (poll(&poll_file, 1, ANSWER_WITHIN_MS) == 0)
		return "silent";
	return recv(file, &byte, 1, 0) < 0 ? failure() : "answered";
}

/* A datagram socket stays the same, a stream is a new one each time. */
static int as_another_user(char **words)
{
	struct sockaddr_in to = target(words[1], atoi(words[2]));
	int is_stream = !strcmp(words[0], "tcp");
	int file = socket(AF_INET, is_stream ? SOCK_STREAM : SOCK_DGRAM, 0), on = 1;

	setsockopt(file, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
	say(is_stream ? connect_by(file, &to) : send_by(file, &to));
	wait_for_line();
	if (setuid(atoi(words[3])))
		return 1;
	if (is_stream)
		file = socket(AF_INET, SOCK_STREAM, 0);
	say(is_stream ? connect_by(file, &to) : send_by(file, &to));
	return 0;
}

static int in_another_namespace(char **words)
{
	struct sockaddr_in to = target(words[0], atoi(words[1]));
	int before = socket(AF_INET, SOCK_STREAM, 0);

	say(connect_by(socket(AF_INET, SOCK_STREAM, 0), &to));
	wait_for_line();
	if (setns(open(words[2], O_RDONLY), CLONE_NEWNET))
		return 1;
	say(connect_by(socket(AF_INET, SOCK_STREAM, 0), &to));
	say(connect_by(before, &to));
	return 0;
}

/* sendmmsg() ends at the first that is refused: it goes on behind that one. */
static int send_mixed(char **words, int count)
{
	struct sockaddr_in to[MOST_PORTS];
	struct mmsghdr messages[MOST_PORTS] = {};
	struct iovec part = { .iov_base = "x", .iov_len = 1 };
	int file = socket(AF_INET, SOCK_DGRAM, 0), sent = 0, refused = 0;

	for (int index = 0; index < count; index++) {
		to[index] = target(words[0], atoi(words[2 + index]));
		messages[index].msg_hdr = (struct msghdr){
			.msg_name = &to[index], .msg_namelen = sizeof(to[index]), .msg_iov = &part, .msg_iovlen = 1
		};
	}
	for (int round = 0; round < atoi(words[1]); round++)
		for (int done = 0, result; done < count; done += result) {
			result = sendmmsg(file, messages + done, count - done, 0);
			if (result > 0) {
				sent += result;
			} else {
				refused++;
				result = 1;
			}
		}
	printf("%d sent, %d refused\n", sent, refused);
	return 0;
}

static int shared_file, rounds;

static void *send_many(void *given)
{
	const struct sockaddr_in *to = given;

	for (int round = 0; round < rounds; round++)
		sendto(shared_file, "x", 1, 0, (const struct sockaddr *)to, sizeof(*to));
	return NULL;
}

static int send_by_threads(char **words, int count)
{
	struct sockaddr_in to[MOST_PORTS];
	pthread_t threads[MOST_PORTS];

	shared_file = socket(AF_INET, SOCK_DGRAM, 0);
	rounds = atoi(words[1]);
	for (int index = 0; index < count; index++) {
		to[index] = target(words[0], atoi(words[2 + index]));
		if (pthread_create(&threads[index], NULL, send_many, &to[index]))
			return 1;
	}
	for (int index = 0; index < count; index++)
		pthread_join(threads[index], NULL);
	say("sent");
	return 0;
}

static int sweep(char **words)
{
	int file = socket(AF_INET, SOCK_DGRAM, 0);
	int refused = 0;

	for (int port = atoi(words[1]); port <= atoi(words[2]); port++) {
		struct sockaddr_in to = target(words[0], port);

		refused += sendto(file, "x", 1, 0, (struct sockaddr *)&to, sizeof(to)) < 0;
	}
	printf("%d refused\n", refused);
	return 0;
}

static int run_as_pid(char **words)
{
	pid_t wanted = atoi(words[0]);
	struct clone_args args = { .exit_signal = SIGCHLD, .set_tid = (unsigned long)&wanted, .set_tid_size = 1 };
	long child = syscall(SYS_clone3, &args, sizeof(args));
	int status;

	if (child < 0) {
		say(failure());
		return 1;
	}
	if (child == 0) {
		execv(words[1], words + 1);
		_exit(1);
	}
	waitpid(child, &status, 0);
	return 0;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 2 ? argv[1] : "";

	if (!strcmp(mode, "uid") && argc == 6)
		return as_another_user(argv + 2);
	if (!strcmp(mode, "namespace") && argc == 5)
		return in_another_namespace(argv + 2);
	if (!strcmp(mode, "mixed") && argc > 4 && argc - 4 <= MOST_PORTS)
		return send_mixed(argv + 2, argc - 4);
	if (!strcmp(mode, "threads") && argc > 4 && argc - 4 <= MOST_PORTS)
		return send_by_threads(argv + 2, argc - 4);
	if (!strcmp(mode, "sweep") && argc == 5)
		return sweep(argv + 2);
	if (!strcmp(mode, "pid") && argc > 3)
		return run_as_pid(argv + 2);
	return 2;
}
