/* Opens packet sockets, which it keeps. Usage: packet-socket [KIND [PROGRAM]]. For each line of its input it opens one and prints
 * "open" or the error. KIND: "at-once" opens without a line first, "shared" gives each to a child as well, "exec" becomes PROGRAM
 * after the first. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <signal.h>
#include <unistd.h>

static void wait_for_line(void)
{
	char byte;

	do {
		if (read(STDIN_FILENO, &byte, 1) != 1)
			_exit(0);
	} while (byte != '\n');
}

static void share_with_child(void)
{
	if (fork() != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	const char *kind = argc > 1 ? argv[1] : "";
	bool waits = strcmp(kind, "at-once") != 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;; waits = true) {
		if (waits)
			wait_for_line();
		/* Nothing is to be received: protocol 0. */
		if (socket(AF_PACKET, SOCK_RAW, 0) < 0) {
			printf("%s\n", strerrorname_np(errno));
			continue;
		}
		if (strcmp(kind, "shared") == 0)
			share_with_child();
		printf("open\n");
		if (strcmp(kind, "exec") == 0 && argc > 2)
			execl(argv[2], argv[2], "at-once", (char *)NULL);
	}
}
