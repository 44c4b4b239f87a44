/* Does what it is told, line by line, and answers each line with one: "ready" at its start, "begun", "sent", "listening", a pid, or
 * the name of an error. Its stream is descriptor 7, its datagram socket 8, its listener 9: whatever it becomes has them, too.
 *   connect ADDRESS PORT   begins a connection and does not wait for it
 *   outcome                what became of that connection
 *   send ADDRESS PORT      a datagram, always by the same socket
 *   listen PROTOCOL ADDRESS PORT   tcp or udp, with SO_REUSEPORT
 *   accept                 waits for a connection, or a datagram
 *   pending                "1" where something waits at the listener, "0" where nothing does
 *   pass PATH              gives the listener to that program by SCM_RIGHTS and keeps none; answers with the pid of who has it now
 *   become PATH            executes that program, which is told the next line
 *   leave                  ends; a child keeps what is open until it is ended; answers with the child's pid
 *   quit */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STREAM = 7, DATAGRAMS = 8, LISTENER = 9 };

#define WITHIN_MS 20000
#define KEPT_S 600

static void say(const char *word)
{
	printf("%s\n", word);
	fflush(stdout);
}

static void say_result(int result, const char *word)
{
	say(result < 0 ? strerrorname_np(errno) : word);
}

static socklen_t address_of(const char *text, const char *port, struct sockaddr_storage *to)
{
	struct sockaddr_in *v4 = (void *)to;
	struct sockaddr_in6 *v6 = (void *)to;

	memset(to, 0, sizeof(*to));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(atoi(port));
		return sizeof(*v4);
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) != 1)
		exit(2);
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(atoi(port));
	return sizeof(*v6);
}

/* Under its own number, in place of the one before. */
static int open_as(int number, int family, int type)
{
	int file = socket(family, type, 0);

	if (file < 0 || dup2(file, number) < 0)
		exit(3);
	close(file);
	return number;
}

static void begin(char **words)
{
	struct sockaddr_storage to;
	socklen_t length = address_of(words[1], words[2], &to);
	int file = open_as(STREAM, to.ss_family, SOCK_STREAM);
	int result;

	fcntl(file, F_SETFL, O_NONBLOCK);
	result = connect(file, (struct sockaddr *)&to, length);
	say_result(result < 0 && errno == EINPROGRESS ? 0 : result, "begun");
}

static void tell_outcome(void)
{
	struct pollfd file = { .fd = STREAM, .events = POLLOUT };
	int error = 0;
	socklen_t length = sizeof(error);

	if (poll(&file, 1, WITHIN_MS) != 1)
		return say("silent");
	getsockopt(STREAM, SOL_SOCKET, SO_ERROR, &error, &length);
	say(error ? strerrorname_np(error) : "connected");
}

static void send_one(char **words)
{
	struct sockaddr_storage to;
	socklen_t length = address_of(words[1], words[2], &to);

	if (fcntl(DATAGRAMS, F_GETFD) < 0)
		open_as(DATAGRAMS, to.ss_family, SOCK_DGRAM);
	/* What the one before met is told first. */
	for (int tries = 0; tries < 2; tries++)
		if (sendto(DATAGRAMS, "hello", 5, 0, (struct sockaddr *)&to, length) == 5)
			return say("sent");
	say(strerrorname_np(errno));
}

static void listen_at(char **words)
{
	struct sockaddr_storage at;
	socklen_t length = address_of(words[2], words[3], &at);
	int is_stream = !strcmp(words[1], "tcp"), on = 1;
	int file = open_as(LISTENER, at.ss_family, is_stream ? SOCK_STREAM : SOCK_DGRAM);

	setsockopt(file, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	if (bind(file, (struct sockaddr *)&at, length) || (is_stream && listen(file, 16)))
		return say(strerrorname_np(errno));
	say("listening");
}

static void take_one(void)
{
	struct pollfd file = { .fd = LISTENER, .events = POLLIN };
	char byte;
	int taken;

	if (poll(&file, 1, WITHIN_MS) != 1)
		return say("silent");
	taken = accept(LISTENER, NULL, NULL);
	if (taken >= 0)
		close(taken);
	say_result(taken >= 0 ? taken : recv(LISTENER, &byte, 1, 0), "taken");
}

static void tell_pending(void)
{
	struct pollfd file = { .fd = LISTENER, .events = POLLIN };

	say(poll(&file, 1, 0) == 1 ? "1" : "0");
}

/* Keeps what is open, and says nothing more: whoever reads what this prints would wait for it. */
static void keep(void)
{
	close(0);
	close(1);
	close(2);
	alarm(KEPT_S);
	pause();
	exit(0);
}

/* With a descriptor to pass on, or a place for the one that comes. */
static struct msghdr message_with(struct iovec *part, char *space, size_t size)
{
	static char byte = 'x';

	*part = (struct iovec){ &byte, 1 };
	return (struct msghdr){ .msg_iov = part, .msg_iovlen = 1, .msg_control = space, .msg_controllen = size };
}

static void take_listener(int channel)
{
	char space[CMSG_SPACE(sizeof(int))];
	struct iovec part;
	struct msghdr message = message_with(&part, space, sizeof(space));
	int file;

	if (recvmsg(channel, &message, 0) != 1 || !CMSG_FIRSTHDR(&message))
		exit(3);
	memcpy(&file, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(file));
	if (write(channel, "x", 1) != 1)
		exit(3);
	keep();
}

static void send_listener(int channel)
{
	char space[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec part;
	struct msghdr message = message_with(&part, space, sizeof(space));
	struct cmsghdr *control = CMSG_FIRSTHDR(&message);
	int file = LISTENER;

	control->cmsg_level = SOL_SOCKET;
	control->cmsg_type = SCM_RIGHTS;
	control->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(control), &file, sizeof(file));
	if (sendmsg(channel, &message, 0) != 1)
		exit(3);
}

static void pass(char **words)
{
	char number[16], byte;
	int channel[2];
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, channel))
		exit(3);
	child = fork();
	if (child == 0) {
		close(LISTENER);
		snprintf(number, sizeof(number), "%d", channel[1]);
		execl(words[1], words[1], "take", number, NULL);
		exit(4);
	}
	send_listener(channel[0]);
	close(LISTENER);
	if (read(channel[0], &byte, 1) != 1)
		exit(3);
	printf("%d\n", child);
	fflush(stdout);
}

static void leave(void)
{
	pid_t child = fork();

	if (child == 0)
		keep();
	printf("%d\n", child);
	exit(0);
}

static void obey(char **words)
{
	if (!strcmp(words[0], "connect"))
		begin(words);
	else if (!strcmp(words[0], "outcome"))
		tell_outcome();
	else if (!strcmp(words[0], "send"))
		send_one(words);
	else if (!strcmp(words[0], "listen"))
		listen_at(words);
	else if (!strcmp(words[0], "accept"))
		take_one();
	else if (!strcmp(words[0], "pending"))
		tell_pending();
	else if (!strcmp(words[0], "pass"))
		pass(words);
	else if (!strcmp(words[0], "leave"))
		leave();
	else if (!strcmp(words[0], "become"))
		execl(words[1], words[1], NULL);
	else
		exit(0);
}

/* Byte by byte: what comes behind the line is for whoever this becomes. */
static int read_line(char *line, int size)
{
	int length = 0;

	while (length < size - 1 && read(0, line + length, 1) == 1)
		if (line[length++] == '\n') {
			line[length - 1] = 0;
			return 1;
		}
	return 0;
}

int main(int argc, char **argv)
{
	char line[512], *words[8];

	if (argc == 3)
		take_listener(atoi(argv[2]));
	say("ready");
	while (read_line(line, sizeof(line))) {
		int count = 0;

		memset(words, 0, sizeof(words));
		for (char *word = strtok(line, " "); word && count < 7; word = strtok(NULL, " "))
			words[count++] = word;
		if (count)
			obey(words);
	}
	return 0;
}
