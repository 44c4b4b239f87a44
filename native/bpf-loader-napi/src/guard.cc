// See guard.h.
#include "guard.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

#include "log.h"

// A damaged file may also send libbpf round in circles.
static constexpr unsigned maximumSeconds = 30;

// Only this thread exists here, and a lock that another one held at the fork stays held. Yet the work may call more than what
// is async-signal-safe: glibc takes the locks of malloc and stdio for the fork and makes the loader's anew, libbpf, libelf and
// zlib have none, and libbpf prints into this thread's own log, which exists already. Whatever else may hang ends by the alarm.
// AddressSanitizer's own malloc is not so careful (GCC 12), hence --single-threaded in ../../checks.mk.
[[noreturn]] static void runAlone(const std::function<void()>& work) {
  const rlimit noCore = {0, 0};
  setrlimit(RLIMIT_CORE, &noCore);
  for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGALRM}) signal(number, SIG_DFL);
  alarm(maximumSeconds);
  work();
  _exit(0);
}

int rehearse(const std::function<void()>& work) {
  const pid_t child = fork();
  if (child < 0) return -errno;
  if (child == 0) runAlone(work);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return -errno;
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
  const int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  threadLog() = "signal " + std::to_string(number) + " ended a rehearsal of this in a child process\n";
  return -ENOEXEC;
}
