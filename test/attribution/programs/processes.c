/* Processes and programs that come and go around a connect. */
#include "attempt.h"
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>

static void fork_exec_exit(int index)
{
	pid_t child = fork();

	if (child == 0)
		become_other(index, -1);
	await_child(child);
}

static void double_fork(int index)
{
	int done[2];
	char byte;
	pid_t child;

	if (pipe(done))
		fail("pipe");
	child = fork();
	if (child == 0) {
		if (fork() != 0)
			_exit(0);
		/* Until its parent is gone it is not the case that is meant. */
		while (getppid() == child)
			sched_yield();
		connect_and_tell(open_stream(), index);
		_exit(0);
	}
	await_child(child);
	close(done[1]);
	if (read(done[0], &byte, 1) < 0)
		fail("read");
	close(done[0]);
}

static void exec_between(int index)
{
	pid_t child = fork();

	if (child == 0)
		become_other(index, open_stream());
	await_child(child);
}

static void *connect_in_thread(void *argument)
{
	prctl(PR_SET_NAME, "systemd");
	connect_and_tell(open_stream(), *(int *)argument);
	return NULL;
}

static void renamed_thread(int index)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, connect_in_thread, &index) || pthread_join(thread, NULL))
		fail("a thread");
}

static void vfork_exec(int index)
{
	pid_t child = vfork();

	if (child == 0)
		become_other(index, -1);
	await_child(child);
}

static void renamed_process(int index)
{
	pid_t child = fork();

	if (child == 0) {
		prctl(PR_SET_NAME, "firefox");
		connect_and_tell(open_stream(), index);
		_exit(0);
	}
	await_child(child);
}

/* The socket is closed and its process gone while the first packet waits. */
static void early_exit(int index)
{
	pid_t child = fork();

	if (child == 0) {
		int file = open_stream();

		fcntl(file, F_SETFL, O_NONBLOCK);
		connect_and_tell(file, index);
		_exit(0);
	}
	await_child(child);
}

/* All at once, each in a process of its own: the last attempt waits for all. */
static void crowd(int index)
{
	pid_t child = fork();

	if (child == 0) {
		connect_and_tell(open_stream(), index);
		_exit(0);
	}
	if (child < 0)
		fail("fork");
}

/* Two programs, one after the other, from the same port. */
static void same_port(int index)
{
	struct sockaddr_storage from = { 0 };
	struct linger at_once = { 1, 0 };
	int file = open_stream(), on = 1;
	pid_t child = fork();

	if (child != 0) {
		close(file);
		await_child(child);
		return;
	}
	from.ss_family = family == 4 ? AF_INET : AF_INET6;
	((struct sockaddr_in *)&from)->sin_port = htons(port);
	setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(file, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	if (bind(file, (struct sockaddr *)&from, family == 4 ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6)))
		fail("bind");
	if (index % 2)
		become_other(index, file);
	connect_and_tell(file, index);
	_exit(0);
}

/* The same pid for two programs, one after the other. */
static void same_pid(int index)
{
	static pid_t chosen;
	int last = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
	pid_t child;

	if (last < 0)
		not_here("choosing the next pid (ns_last_pid)");
	if (chosen > 0)
		dprintf(last, "%d", chosen - 1);
	child = fork();
	if (child == 0) {
		if (index % 2)
			become_other(index, -1);
		connect_and_tell(open_stream(), index);
		_exit(0);
	}
	close(last);
	if (chosen == 0)
		chosen = child;
	await_child(child);
}

static const struct named_case cases[] = {
	{ "fork-exec-exit", fork_exec_exit },
	{ "double-fork", double_fork },
	{ "exec-between", exec_between },
	{ "renamed-thread", renamed_thread },
	{ "renamed-process", renamed_process },
	{ "vfork-exec", vfork_exec },
	{ "early-exit", early_exit },
	{ "crowd", crowd },
	{ "same-port", same_port },
	{ "same-pid", same_pid },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	int result = run_cases(argc, argv, cases);

	while (wait(NULL) > 0)
		;
	return result;
}
