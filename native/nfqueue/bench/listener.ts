// The addon as the bench measures it: every packet accepted in the callback. Usage: listener.ts QUEUE
import { openQueue } from '../index.ts';

const queue = openQueue({ queue: Number(process.argv[2]) }, (packets) => {
  for (const packet of packets) queue.verdict(packet.id, 'accept');
});
process.stdout.write('ready\n');
