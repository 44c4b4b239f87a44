// Registers the facilities. Context-aware: nothing static, so that workers may load the addon as well.
#include "facilities.h"

namespace {

Napi::Object Initialise(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new EnvironmentData());
  ExportPeerCredentials(env, exports);
  ExportSocketDiagnostics(env, exports);
  ExportSocketWalk(env, exports);
  ExportPacketSockets(env, exports);
  ExportSocketHolders(env, exports);
  ExportNetworkNamespace(env, exports);
  ExportFileLock(env, exports);
  ExportMount(env, exports);
  ExportRawSender(env, exports);
  ExportNetlinkMonitor(env, exports);
  ExportProcess(env, exports);
  ExportMemory(env, exports);
  ExportProgramPages(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(linux_addon, Initialise)
