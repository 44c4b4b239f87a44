// Damaged object files crash libbpf (1.1: both in opening and in loading; found by ../damaged-objects.test.ts). So work on
// a file is done first in a forked copy of this process, which may crash alone.
#pragma once

#include <functional>

// 0 when the rehearsal ended by itself, whatever it came to; -ENOEXEC when a signal ended it, and the thread's log says
// which; or the errno of fork. The work sees this process's memory as it is now and leaves no trace in it.
int rehearse(const std::function<void()>& work);
