/* Opens a ping socket and keeps it. Usage: kept-ping ADDRESS; prints "opened", and sends an echo for each line of its input. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	/* The kernel writes identifier and checksum. */
	struct icmphdr echo = { .type = ICMP_ECHO };
	struct sockaddr_in to = { .sin_family = AF_INET };
	int file = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
	char line[16];

	if (argc != 2 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1 || file < 0)
		return 2;
	printf("opened\n");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin))
		sendto(file, &echo, sizeof(echo), 0, (const struct sockaddr *)&to, sizeof(to));
	return 0;
}
