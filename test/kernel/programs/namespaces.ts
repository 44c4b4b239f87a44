// Python programs that send from network namespaces in ways that no usual program does.
import { realpathSync } from 'node:fs';
import { run } from '../../lab/commands.ts';

/** The App that they are. */
export function pythonPath(): string {
  return realpathSync(run('python3', '-c', 'import sys; print(sys.executable)').trim());
}

/** Sends a datagram to port 9, and then what it hears on port 53 back to where it came from. */
export const ECHO = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('', 53))
s.sendto(b'x', ('1.2.3.4', 9))
print('ready', flush=True)
while True:
  try:
    data, other = s.recvfrom(9)
    s.sendto(data, other)
  except ConnectionRefusedError: pass`;

/** Sends from port 7777 to port 10 and stays. */
export const FROM_ONE_PORT = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('', 7777))
s.sendto(b'x', ('1.2.3.4', 10))
print('sent', flush=True)
input()`;

const PACKET = `import socket, struct, sys
def packet(source, target, ports, data):
  start = struct.pack('!BBHHHBBH', 0x45, 0, 28 + len(data), 0, 0, 64, 17, 0) + socket.inet_aton(source) + socket.inet_aton(target)
  total = sum(struct.unpack('!10H', start))
  total = (total & 0xffff) + (total >> 16)
  header = start[:10] + struct.pack('!H', ~total & 0xffff) + start[12:]
  return header + struct.pack('!HHHH', *ports, 8 + len(data), 0) + data
wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x800))
def send(link, hardware, bytes_): wire.sendto(bytes_, (link, 0x800, 0, 0, bytes.fromhex(hardware)))
`;

/** TARGET HARDWARE: asks port 53 from 10.66.0.77 by a packet socket, which no hook sees: as if another machine did. */
export const ASK_AS_ANOTHER_MACHINE = `${PACKET}
hear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
hear.bind(('10.66.0.77', 5353))
hear.settimeout(5)
for data in (b'1', b'2'):
  send('veth0', sys.argv[2], packet('10.66.0.77', sys.argv[1], (5353, 53), data))
  print(hear.recv(9), flush=True)`;

/** OWN HARDWARE: sends to port 12 from its own address by a packet socket. */
export const WITHOUT_A_SOCKET = `${PACKET}
send('eth0', sys.argv[2], packet(sys.argv[1], '1.2.3.4', (4000, 12), b'x'))
print('sent', flush=True)
input()`;
