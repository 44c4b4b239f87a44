/* The maps that more than one program touches.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "maps.h"

struct owners_map owners SEC(".maps");
struct raw_sockets_map raw_sockets SEC(".maps");
struct raw_socket_count_map raw_socket_count SEC(".maps");
struct counters_map counters SEC(".maps");
struct datagram_traffic_map datagram_traffic SEC(".maps");
struct closing_traffic_map closing_traffic SEC(".maps");
struct alike_traffic_map alike_traffic SEC(".maps");
struct verdicts_map verdicts SEC(".maps");
struct recent_allows_map recent_allows SEC(".maps");
struct verdict_settings_map verdict_settings SEC(".maps");
struct verdict_generations_map verdict_generations SEC(".maps");
struct decided_map decided SEC(".maps");
struct senders_map senders SEC(".maps");
struct namespace_addresses_map namespace_addresses SEC(".maps");
struct datagram_begins_map datagram_begins SEC(".maps");
