// Looks who has a socket open whose process is not recorded, or is no more.
import type { BpfMap, BpfObject } from 'bpf-loader-napi';
import { viewOf } from './bytes.ts';
import { WANTED_SOCKET_SIZE, writeWantedSocket } from './gen/structs.ts';
import { walk } from './walk.ts';

export interface WantedSocket {
  readonly inode: number;
  /** Of the socket that a packet finds. */
  readonly socketCookie: bigint;
}

export class SocketAdopter {
  readonly #object: BpfObject;
  readonly #wanted: BpfMap;
  readonly #owners: BpfMap;
  readonly #socket = viewOf(WANTED_SOCKET_SIZE);
  readonly #cookie = viewOf(8);

  constructor(object: BpfObject) {
    this.#object = object;
    this.#wanted = object.map('wanted');
    this.#owners = object.map('owners');
  }

  /**
   * Whoever has it open becomes its Owner, unless a hook has seen one. One walk over every descriptor of every process, in the kernel:
   * 2 ms where 9000 are open.
   */
  adopt({ inode, socketCookie }: WantedSocket): void {
    writeWantedSocket(this.#socket.view, { inode: BigInt(inode), socketCookie });
    this.#wanted.update(viewOf(4).bytes, this.#socket.bytes);
    walk(this.#object, 'adopt_wanted');
  }

  /** The same, in place of what was recorded. */
  adoptAnew(socket: WantedSocket): void {
    this.#cookie.view.setBigUint64(0, socket.socketCookie, true);
    this.#owners.delete(this.#cookie.bytes);
    this.adopt(socket);
  }
}
