/* Through io_uring, by plain system calls: whoever submits is the process, also where a thread of the kernel does the work. */
#include "attempt.h"
#include <linux/io_uring.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

struct ring {
	int file;
	unsigned int flags;
	unsigned char *queues;
	struct io_uring_sqe *entries;
	struct io_uring_params parameters;
};

static struct ring *open_ring(unsigned int flags)
{
	static struct ring ring = { .file = -1 };
	struct io_uring_params *parameters = &ring.parameters;

	if (ring.file >= 0)
		return &ring;
	parameters->flags = flags;
	parameters->sq_thread_idle = 1000;
	ring.flags = flags;
	ring.file = syscall(SYS_io_uring_setup, 4, parameters);
	if (ring.file < 0)
		not_here("io_uring");
	if (!(parameters->features & IORING_FEAT_SINGLE_MMAP))
		not_here("one mapping for both queues of io_uring");
	ring.queues = mmap(NULL, parameters->cq_off.cqes + parameters->cq_entries * sizeof(struct io_uring_cqe),
			   PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring.file, IORING_OFF_SQ_RING);
	ring.entries = mmap(NULL, parameters->sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_POPULATE, ring.file, IORING_OFF_SQES);
	if (ring.queues == MAP_FAILED || ring.entries == MAP_FAILED)
		fail("the queues of io_uring");
	return &ring;
}

static uint32_t *word(struct ring *ring, uint32_t offset)
{
	return (uint32_t *)(ring->queues + offset);
}

static int take_result(struct ring *ring)
{
	uint32_t *head = word(ring, ring->parameters.cq_off.head);
	uint32_t mask = *word(ring, ring->parameters.cq_off.ring_mask);
	struct io_uring_cqe *results = (void *)(ring->queues + ring->parameters.cq_off.cqes);
	int result = results[*head & mask].res;

	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return result;
}

/* One operation at a time. Returns what the system call would have, or a negative errno. */
static int submit(struct ring *ring, const struct io_uring_sqe *entry)
{
	uint32_t *tail = word(ring, ring->parameters.sq_off.tail);
	uint32_t slot = *tail & *word(ring, ring->parameters.sq_off.ring_mask);
	unsigned int flags = IORING_ENTER_GETEVENTS;

	ring->entries[slot] = *entry;
	word(ring, ring->parameters.sq_off.array)[slot] = slot;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_SEQ_CST);
	if (ring->flags & IORING_SETUP_SQPOLL)
		flags |= IORING_ENTER_SQ_WAKEUP;
	if (syscall(SYS_io_uring_enter, ring->file, 1, 1, flags, NULL, 0) < 0)
		fail("io_uring_enter");
	return take_result(ring);
}

static void connect_through(struct ring *ring, int index)
{
	struct sockaddr_storage to;
	socklen_t length = target_at(index, port, &to);
	int file = open_stream(), result;
	struct io_uring_sqe entry = { .opcode = IORING_OP_CONNECT, .fd = file, .addr = (uintptr_t)&to, .off = length };

	tell(index);
	result = submit(ring, &entry);
	if (result < 0 && result != -ECONNREFUSED) {
		errno = -result;
		fail("IORING_OP_CONNECT");
	}
	close(file);
}

static void send_through(struct ring *ring, int index)
{
	struct sockaddr_storage to;
	socklen_t length = target_at(index, port, &to);
	struct iovec piece = { "hello", 5 };
	struct msghdr message = { .msg_name = &to, .msg_namelen = length, .msg_iov = &piece, .msg_iovlen = 1 };
	int file = open_socket(SOCK_DGRAM, 0), result;
	struct io_uring_sqe entry = { .opcode = IORING_OP_SENDMSG, .fd = file, .addr = (uintptr_t)&message, .len = 1 };

	tell(index);
	result = submit(ring, &entry);
	if (result != 5) {
		errno = -result;
		fail("IORING_OP_SENDMSG");
	}
	close(file);
}

/* The socket itself is opened through the ring (kernel 5.19 on). */
static void open_through(int index)
{
	struct ring *ring = open_ring(0);
	struct io_uring_sqe entry = { .opcode = IORING_OP_SOCKET, .fd = family == 4 ? AF_INET : AF_INET6, .off = SOCK_STREAM };
	int file = submit(ring, &entry);

	if (file < 0) {
		errno = -file;
		not_here("IORING_OP_SOCKET");
	}
	connect_and_tell(file, index);
	close(file);
}

static void connect_by_ring(int index)
{
	connect_through(open_ring(0), index);
}

static void connect_by_kernel_thread(int index)
{
	connect_through(open_ring(IORING_SETUP_SQPOLL), index);
}

static void send_by_ring(int index)
{
	send_through(open_ring(0), index);
}

static void send_by_kernel_thread(int index)
{
	send_through(open_ring(IORING_SETUP_SQPOLL), index);
}

static const struct named_case cases[] = {
	{ "uring-socket", open_through },
	{ "uring-connect", connect_by_ring },
	{ "uring-connect-sqpoll", connect_by_kernel_thread },
	{ "uring-send", send_by_ring },
	{ "uring-send-sqpoll", send_by_kernel_thread },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return run_cases(argc, argv, cases);
}
