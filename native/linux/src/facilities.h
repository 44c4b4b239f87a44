// What each facility adds to the exports, and what the addon keeps for each JavaScript environment (main thread or worker).
#ifndef SALLYPORT_LINUX_FACILITIES_H_
#define SALLYPORT_LINUX_FACILITIES_H_

#include <napi.h>

struct EnvironmentData {
  Napi::FunctionReference fileLock;
  Napi::FunctionReference rawSender;
  Napi::FunctionReference netlinkMonitor;
  Napi::FunctionReference socketWalk;
};

void ExportPeerCredentials(Napi::Env env, Napi::Object exports);
void ExportSocketDiagnostics(Napi::Env env, Napi::Object exports);
void ExportSocketWalk(Napi::Env env, Napi::Object exports);
void ExportPacketSockets(Napi::Env env, Napi::Object exports);
void ExportSocketHolders(Napi::Env env, Napi::Object exports);
void ExportNetworkNamespace(Napi::Env env, Napi::Object exports);
void ExportFileLock(Napi::Env env, Napi::Object exports);
void ExportMount(Napi::Env env, Napi::Object exports);
void ExportRawSender(Napi::Env env, Napi::Object exports);
void ExportNetlinkMonitor(Napi::Env env, Napi::Object exports);
void ExportProcess(Napi::Env env, Napi::Object exports);
void ExportMemory(Napi::Env env, Napi::Object exports);
void ExportProgramPages(Napi::Env env, Napi::Object exports);

#endif
