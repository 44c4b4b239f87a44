// Merges (protocol, address, port) triples into as few products of lists as is simple, and never wider than their union:
// a rule with lists matches every combination of its entries, so only complete combinations may be merged.
import type { Address } from '../domain/address.ts';
import type { Protocol } from '../domain/flow-key.ts';

/** An undefined part is not looked at by the rule. */
export interface Triple {
  readonly protocol: Protocol | undefined;
  readonly address: Address | undefined;
  readonly port: number | undefined;
}

/** Matches protocols x addresses x ports. */
export interface Product {
  readonly protocols: readonly Protocol[] | undefined;
  readonly addresses: readonly Address[] | undefined;
  readonly ports: readonly number[] | undefined;
}

/** Products whose union is exactly the set of triples, in the order of the first triple of each. */
export function exactProducts(triples: readonly Triple[]): Product[] {
  const single: Product[] = triples.map(({ protocol, address, port }) => ({
    protocols: protocol === undefined ? undefined : [protocol],
    addresses: address === undefined ? undefined : [address],
    ports: port === undefined ? undefined : [port],
  }));
  return mergeAlong(mergeAlong(mergeAlong(single, 'ports'), 'addresses'), 'protocols');
}

/** Merges products that are equal in the two other parts: the only merge that adds nothing. */
function mergeAlong(products: readonly Product[], part: keyof Product): Product[] {
  const merged = new Map<string, Product>();
  for (const product of products) {
    const rest = partsText({ ...product, [part]: product[part] === undefined ? undefined : [] });
    const known = merged.get(rest);
    merged.set(
      rest,
      known === undefined ? product : { ...product, [part]: union(known[part], product[part]) },
    );
  }
  return [...merged.values()].map((product) => ({ ...product, [part]: sorted(product[part]) }));
}

type Entries = readonly (string | number)[] | undefined;

function union(left: Entries, right: Entries): Entries {
  return left === undefined || right === undefined ? undefined : [...new Set([...left, ...right])];
}

/** Sorted, so that equal sets are equal texts. */
function sorted(entries: Entries): Entries {
  return entries?.toSorted((left, right) =>
    typeof left === 'number' && typeof right === 'number'
      ? left - right
      : String(left) < String(right)
        ? -1
        : 1,
  );
}

function partsText({ protocols, addresses, ports }: Product): string {
  return JSON.stringify([protocols ?? null, addresses ?? null, ports ?? null]);
}
