// What is usually behind a port, by the registry of service names. A hint, and worded as one: anybody may use any port.

const SERVICES: Readonly<Record<string, string>> = {
  'tcp 21': 'FTP',
  'tcp 22': 'SSH',
  'tcp 25': 'SMTP',
  'tcp 53': 'DNS',
  'udp 53': 'DNS',
  'udp 67': 'DHCP',
  'tcp 80': 'HTTP',
  'tcp 110': 'POP3',
  'udp 123': 'NTP',
  'tcp 143': 'IMAP',
  'tcp 443': 'HTTPS',
  'udp 443': 'HTTP/3',
  'tcp 465': 'SMTP',
  'tcp 587': 'SMTP',
  'tcp 631': 'IPP',
  'tcp 853': 'DNS over TLS',
  'tcp 993': 'IMAP',
  'tcp 995': 'POP3',
  'udp 1900': 'SSDP',
  'tcp 3306': 'MySQL',
  'tcp 3389': 'RDP',
  'tcp 5222': 'XMPP',
  'udp 5353': 'mDNS',
  'tcp 5432': 'PostgreSQL',
  'tcp 5900': 'VNC',
  'tcp 6667': 'IRC',
  'udp 51820': 'WireGuard',
};

export function usualService(protocol: string, port: number): string | undefined {
  return SERVICES[`${protocol} ${port}`];
}

/** As people write it. */
export function protocolName(protocol: string): string {
  if (protocol === 'packet') return 'AF_PACKET';
  return protocol === 'icmpv6' ? 'ICMPv6' : protocol.toUpperCase();
}
