/* Listens and echoes. Usage: listen KIND ADDRESS PORT [hand-on PROGRAM | daemon], where KIND is tcp, udp or mptcp, or: listen
 * inherited KIND, with the socket as descriptor 3. `hand-on` gives the socket to another program and keeps it open without using it,
 * `daemon` leaves it to a child and ends. Prints "listening" when others can connect; ends a `hand-on` when its input does. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HANDED_ON 3
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static int fail(const char *what)
{
	perror(what);
	exit(3);
}

static int open_at(const char *kind, const char *text, int port)
{
	int is_stream = strcmp(kind, "udp"), on = 1, file;
	union address address = { 0 };
	socklen_t length = sizeof(address.v4);

	address.v4.sin_family = AF_INET;
	address.v4.sin_port = htons(port);
	if (inet_pton(AF_INET, text, &address.v4.sin_addr) != 1) {
		address.v6.sin6_family = AF_INET6;
		length = sizeof(address.v6);
		if (inet_pton(AF_INET6, text, &address.v6.sin6_addr) != 1)
			exit(2);
	}
	file = socket(address.any.sa_family, is_stream ? SOCK_STREAM : SOCK_DGRAM,
		      strcmp(kind, "mptcp") ? 0 : IPPROTO_MPTCP);
	if (file < 0)
		return fail("socket");
	if (setsockopt(file, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) || bind(file, &address.any, length))
		return fail("bind");
	if (is_stream && listen(file, 16))
		return fail("listen");
	return file;
}

static void echo(int file, int is_stream)
{
	static char bytes[1 << 16];
	union address from;
	socklen_t length;
	long count;

	for (;;) {
		int connection = is_stream ? accept(file, NULL, NULL) : file;

		length = sizeof(from);
		while ((count = recvfrom(connection, bytes, sizeof(bytes), 0, &from.any, &length)) > 0) {
			sendto(connection, bytes, count, MSG_NOSIGNAL, is_stream ? NULL : &from.any, is_stream ? 0 : length);
			length = sizeof(from);
		}
		if (is_stream)
			close(connection);
	}
}

static void say_listening(void)
{
	printf("listening\n");
	fflush(stdout);
}

static int hand_on(int file, const char *program, const char *kind)
{
	char line[16];

	if (fork() == 0) {
		dup2(file, HANDED_ON);
		execl(program, program, "inherited", kind, NULL);
		fail(program);
	}
	return fgets(line, sizeof(line), stdin) ? 0 : 1;
}

int main(int argc, char **argv)
{
	int file;

	if (argc == 3 && !strcmp(argv[1], "inherited")) {
		say_listening();
		echo(HANDED_ON, strcmp(argv[2], "udp"));
	}
	if (argc < 4)
		return 2;
	file = open_at(argv[1], argv[2], atoi(argv[3]));
	if (argc == 6)
		return hand_on(file, argv[5], argv[1]);
	if (argc == 5 && fork() != 0)
		return 0;
	say_listening();
	echo(file, strcmp(argv[1], "udp"));
}
