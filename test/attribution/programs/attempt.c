#include "attempt.h"

/* 2001:db8::/32 is for examples (RFC 3849). */
#define PREFIX_IPV6 "2001:db8:5::"
/* Tells the suite that the case cannot be had. */
#define EXIT_NOT_HERE 77

int family, port;
const char *other;
const char *own_path;

void fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

void not_here(const char *what)
{
	fprintf(stderr, "not here: %s: %s\n", what, strerror(errno));
	exit(EXIT_NOT_HERE);
}

socklen_t target_at(int index, int target_port, struct sockaddr_storage *to)
{
	struct sockaddr_in *v4 = (void *)to;
	struct sockaddr_in6 *v6 = (void *)to;

	memset(to, 0, sizeof(*to));
	if (family == 4) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(target_port);
		v4->sin_addr.s_addr = htonl(FIRST_IPV4 + index);
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(target_port);
	inet_pton(AF_INET6, PREFIX_IPV6, &v6->sin6_addr);
	v6->sin6_addr.s6_addr[14] = (index + 1) >> 8;
	v6->sin6_addr.s6_addr[15] = index + 1;
	return sizeof(*v6);
}

/* As the machine numbers it, where its /proc is visible: in a pid namespace getpid() says another one. */
static int pid_outside(void)
{
	char number[16] = "";

	return readlink("/proc/self", number, sizeof(number) - 1) > 0 ? atoi(number) : getpid();
}

void tell_of(const struct sockaddr_storage *to)
{
	const struct sockaddr_in *v4 = (const void *)to;
	const struct sockaddr_in6 *v6 = (const void *)to;
	char address[INET6_ADDRSTRLEN], line[512];
	int length;

	inet_ntop(to->ss_family, to->ss_family == AF_INET ? (const void *)&v4->sin_addr : &v6->sin6_addr, address,
		  sizeof(address));
	/* Both have the port at the same place. */
	length = snprintf(line, sizeof(line), "%s %d %d %s\n", address, ntohs(v4->sin_port), pid_outside(), own_path);
	if (write(1, line, length) != length)
		_exit(1);
}

void tell_at(int index, int target_port)
{
	struct sockaddr_storage to;

	target_at(index, target_port, &to);
	tell_of(&to);
}

void tell(int index)
{
	tell_at(index, port);
}

int open_socket(int type, int protocol)
{
	int file = socket(family == 4 ? AF_INET : AF_INET6, type, protocol);

	if (file < 0)
		not_here("a socket of this protocol");
	return file;
}

int open_stream(void)
{
	return open_socket(SOCK_STREAM, 0);
}

static void connect_to(int file, int index)
{
	struct sockaddr_storage to;
	socklen_t length = target_at(index, port, &to);

	if (connect(file, (struct sockaddr *)&to, length) && errno != ECONNREFUSED && errno != EINPROGRESS)
		fail("connect");
}

void connect_and_tell(int file, int index)
{
	tell(index);
	connect_to(file, index);
}

void become_other(int index, int descriptor)
{
	char texts[4][16];

	snprintf(texts[0], sizeof(texts[0]), "%d", family);
	snprintf(texts[1], sizeof(texts[1]), "%d", port);
	snprintf(texts[2], sizeof(texts[2]), "%d", index);
	snprintf(texts[3], sizeof(texts[3]), "%d", descriptor);
	execl(other, other, "leaf", texts[0], texts[1], texts[2], other, texts[3], NULL);
	_exit(127);
}

void await_child(pid_t child)
{
	int status;

	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		fail("a child");
}

static char *executable_path(void)
{
	static char path[4096];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (length < 0)
		fail("/proc/self/exe");
	return path;
}

int run_cases(int argc, char **argv, const struct named_case *cases)
{
	if (argc < 6)
		return 2;
	family = atoi(argv[2]);
	port = atoi(argv[3]);
	other = argv[5];
	own_path = executable_path();
	if (getenv("SALLYPORT_REMOVE_ITSELF"))
		unlink(own_path);
	if (!strcmp(argv[1], "leaf")) {
		int descriptor = atoi(argv[6]);

		connect_and_tell(descriptor < 0 ? open_stream() : descriptor, atoi(argv[4]));
		return 0;
	}
	for (; cases->name; cases++) {
		if (strcmp(cases->name, argv[1]))
			continue;
		for (int index = 0; index < atoi(argv[4]); index++)
			cases->run(index);
		return 0;
	}
	return 2;
}
