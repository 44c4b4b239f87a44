// Keeps what libbpf would print on stderr, for the error message. libbpf has one printer for the whole process, so the text
// is kept for each thread: a call and its log always belong together, in workers too.
#pragma once

#include <string>

void captureLibbpfLog();
std::string& threadLog();
