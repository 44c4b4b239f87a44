/* Sockets that one process opens and another one uses. */
#include "attempt.h"
#include <sys/syscall.h>

static void inherited(int index)
{
	int file = open_stream();
	pid_t child = fork();

	if (child == 0) {
		connect_and_tell(file, index);
		_exit(0);
	}
	close(file);
	await_child(child);
}

static void send_descriptor(int channel, int file)
{
	char space[CMSG_SPACE(sizeof(int))] = { 0 };
	char byte = 'x';
	struct iovec piece = { &byte, 1 };
	struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof(space) };
	struct cmsghdr *control = CMSG_FIRSTHDR(&message);

	control->cmsg_level = SOL_SOCKET;
	control->cmsg_type = SCM_RIGHTS;
	control->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(control), &file, sizeof(file));
	if (sendmsg(channel, &message, 0) != 1)
		fail("SCM_RIGHTS");
}

static int receive_descriptor(int channel)
{
	char space[CMSG_SPACE(sizeof(int))];
	char byte;
	struct iovec piece = { &byte, 1 };
	struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof(space) };
	int file;

	if (recvmsg(channel, &message, 0) != 1 || !CMSG_FIRSTHDR(&message))
		fail("SCM_RIGHTS");
	memcpy(&file, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(file));
	return file;
}

/* Opened here, passed on, used by a process that opened nothing. */
static void passed(int index)
{
	int channel[2];
	pid_t child;
	int file;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, channel))
		fail("socketpair");
	child = fork();
	if (child == 0)
		become_other(index, receive_descriptor(channel[1]));
	file = open_stream();
	send_descriptor(channel[0], file);
	close(file);
	await_child(child);
	close(channel[0]);
	close(channel[1]);
}

/* Taken out of this process by another one. */
static void taken(int index)
{
	int file = open_stream();
	pid_t owner = getpid();
	pid_t child = fork();

	if (child == 0) {
		int process = syscall(SYS_pidfd_open, owner, 0);
		int copy;

		close(file);
		copy = syscall(SYS_pidfd_getfd, process, file, 0);
		if (copy < 0)
			fail("pidfd_getfd");
		/* What pidfd_getfd opened is closed by exec. */
		become_other(index, dup(copy));
	}
	await_child(child);
	close(file);
}

/* As a super-server does: it opens, the program that it starts uses. */
static void activated(int index)
{
	pid_t child = fork();

	if (child == 0)
		become_other(index, dup2(open_stream(), 3));
	await_child(child);
}

static const struct named_case cases[] = {
	{ "inherited", inherited },
	{ "passed", passed },
	{ "taken", taken },
	{ "activated", activated },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return run_cases(argc, argv, cases);
}
