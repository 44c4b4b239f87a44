// Static linking of several BPF objects into one, by libbpf's linker.
#include <bpf/libbpf.h>

#include <cerrno>
#include <string>
#include <vector>

#include "addon.h"
#include "arguments.h"
#include "guard.h"
#include "log.h"

static int linkFiles(const std::string& output, const std::vector<std::string>& inputs) {
  bpf_linker* const linker = bpf_linker__new(output.c_str(), nullptr);
  if (linker == nullptr) return errno == 0 ? -EINVAL : -errno;
  int status = 0;
  for (const std::string& input : inputs) {
    if (status == 0) status = bpf_linker__add_file(linker, input.c_str(), nullptr);
  }
  if (status == 0) status = bpf_linker__finalize(linker);
  bpf_linker__free(linker);
  return status;
}

// Arguments: the output's path, then each input's path.
Napi::Value linkObjects(const Napi::CallbackInfo& info) {
  std::string output;
  if (!readText(info, 0, &output)) return {};
  std::vector<std::string> inputs;
  for (size_t index = 1; index < info.Length(); index++) {
    std::string input;
    if (!readText(info, index, &input)) return {};
    inputs.push_back(input);
  }
  threadLog().clear();
  const int rehearsal = rehearse([&] { linkFiles(output, inputs); });
  return result(info.Env(), rehearsal < 0 ? rehearsal : linkFiles(output, inputs));
}
