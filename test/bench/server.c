// The server of the bench: accepts and closes, on every address. Usage: server PORT
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 0) };
	int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	// The queue holds more than a client opens at once: a SYN that finds it full is dropped and costs a second.
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(listener, 4096) != 0) {
		perror("server: listen");
		return 1;
	}
	printf("ready\n");
	fflush(stdout);
	for (;;)
		close(accept(listener, NULL, NULL));
}
